package io.nanomq.rule.query;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a rule sees of a message.
 *
 * @param topic where it was published
 * @param payload shared: whoever gets it only reads
 * @param qos 0 to 2
 * @param packetId of the PUBLISH; 0 at QoS 0, and for what no client sent
 * @param clientId who published it; null = the broker itself
 * @param username of the client; null = it has none
 * @param timestampSeconds when it was published, since 1970
 */
@SuppressWarnings("ArrayRecordComponent")
public record RuleMessage(
    String topic,
    byte[] payload,
    int qos,
    int packetId,
    @Nullable String clientId,
    @Nullable String username,
    long timestampSeconds) {

  /** The payload as text; what is no UTF-8 becomes U+FFFD. */
  String payloadText() {
    return new String(payload, StandardCharsets.UTF_8);
  }
}
