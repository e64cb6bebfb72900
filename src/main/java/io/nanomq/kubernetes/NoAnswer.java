package io.nanomq.kubernetes;

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
