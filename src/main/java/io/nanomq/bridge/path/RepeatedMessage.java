package io.nanomq.bridge.path;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notices that messages seem to go round where no message can say where it has been: of those that
 * go to the other broker one is looked out for, every ten seconds another one, and if it comes
 * again and again that is told. Somebody may mean to send the same thing so often: nothing is
 * stopped.
 */
@LoopConfined
public final class RepeatedMessage {
  private static final long WINDOW_MILLIS = 10_000;

  /** So often within a window. */
  static final int SUSPICIOUS = 100;

  /** Other messages of the topic that are compared in a window: they have to be copied for it. */
  private static final int OTHERS = 16;

  private static final int SHOWN_CHARACTERS = 100;

  private final Consumer<String> told;
  private @Nullable PublishMessage looked;
  private @Nullable TopicName topic;
  private long untilMillis;
  private int seen;
  private int others;

  /**
   * @param told gets a line for people
   */
  public RepeatedMessage(Consumer<String> told) {
    this.told = told;
  }

  /** A message goes to the other broker. */
  public void sent(OutgoingPublish message, long nowMillis) {
    if (nowMillis >= untilMillis) {
      begin(message, nowMillis);
    } else if (topic != null && message.topic().equals(topic)) {
      compare(message.message());
    }
  }

  private void begin(OutgoingPublish message, long nowMillis) {
    untilMillis = nowMillis + WINDOW_MILLIS;
    looked = message.message();
    topic = message.topic();
    seen = 1;
    others = 0;
  }

  private void compare(PublishMessage message) {
    PublishMessage first = looked;
    if (first == null || !Arrays.equals(first.payload(), message.payload())) {
      others++;
    } else {
      seen++;
    }
    if (seen == SUSPICIOUS) {
      told.accept(
          "messages seem to go round: the same one has been forwarded %d times within 10 s, topic %s"
              .formatted(seen, shown(message.topic().text())));
    }
    if (seen == SUSPICIOUS || others == OTHERS) {
      topic = null;
      looked = null;
    }
  }

  private static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > SHOWN_CHARACTERS ? line.substring(0, SHOWN_CHARACTERS) + "..." : line;
  }
}
