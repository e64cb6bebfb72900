package io.nanomq.rule;

import io.nanomq.packet.PublishMessage;
import io.nanomq.rule.query.RuleMessage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A message that rules are to look at.
 *
 * @param packetId of the PUBLISH; 0 = none
 * @param clientId who published it; null = the broker itself
 * @param username of the client; null = none
 * @param timeMillis when it was published, since 1970
 * @param origin rules that made it; null = none
 */
record RuleInput(
    PublishMessage message,
    int packetId,
    @Nullable String clientId,
    @Nullable String username,
    long timeMillis,
    @Nullable RuleOrigin origin) {

  /** This object and its texts, besides the message. */
  private static final int OVERHEAD_BYTES = 128;

  RuleMessage forQueries() {
    return new RuleMessage(
        message.topic().text(),
        message.payload(),
        message.qos(),
        packetId,
        clientId,
        username,
        TimeUnit.MILLISECONDS.toSeconds(timeMillis));
  }

  /** Messages of the same one keep their order. */
  String key() {
    return clientId == null ? "" : clientId;
  }

  int bytes() {
    return message.retainedBytes() + OVERHEAD_BYTES;
  }
}
