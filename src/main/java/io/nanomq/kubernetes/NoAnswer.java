package io.nanomq.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What is said where the API server does not answer, or not to the end. */
final class NoAnswer {
  private NoAnswer() {}

  /**
   * @param start what could not be done, with a colon
   */
  static IOException of(String start, KubernetesClientException failure) {
    return new IOException(
        start + "the API server does not answer (" + reason(failure) + ")", failure);
  }

  /**
   * Makes sure that an answer is the object that was asked for: anything may answer 200.
   *
   * @param start what could not be done, with a colon
   * @param answer null = there is none
   */
  static void requireObject(String start, String kind, @Nullable HasMetadata answer)
      throws IOException {
    if (answer != null
        && (!kind.equals(answer.getKind())
            || answer.getMetadata() == null
            || answer.getMetadata().getName() == null
            || answer.getMetadata().getResourceVersion() == null)) {
      throw new IOException(start + "what the API server answers is no " + kind);
    }
  }

  /** The first words that there are: not each failure that another one came of has some. */
  private static String reason(KubernetesClientException failure) {
    String words = null;
    for (Throwable at = failure; at != null && words == null; at = at.getCause()) {
      words = at instanceof TimeoutException ? "its answer does not end" : wordsOf(at);
    }
    return words == null ? failure.getClass().getSimpleName() : words;
  }

  private static @Nullable String wordsOf(Throwable failure) {
    String message = failure.getMessage();
    // One that only passes on a cause has its name for a message.
    boolean isPassedOn =
        failure.getCause() != null && failure.getCause().toString().equals(message);
    return isPassedOn ? null : message;
  }
}
