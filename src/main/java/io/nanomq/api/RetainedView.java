package io.nanomq.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.packet.PublishMessage;
import io.nanomq.retained.RetainedListing;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One element of {@code /retained}.
 *
 * @param payload base64, since it may be any bytes
 * @param size bytes of the payload
 * @param expires_in seconds until it is removed, left out where it stays
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"topic", "qos", "payload", "encoding", "size", "expires_in"})
public record RetainedView(
    String topic, int qos, String payload, String encoding, int size, @Nullable Long expires_in) {

  static RetainedView of(RetainedListing.Listed listed) {
    PublishMessage message = listed.message();
    Long expiresIn = expiresInSeconds(listed);
    return new RetainedView(
        message.topic().text(),
        message.qos(),
        Base64.getEncoder().encodeToString(message.payload()),
        "base64",
        message.payload().length,
        expiresIn);
  }

  /** Seconds until it is removed, null where it stays. */
  static @Nullable Long expiresInSeconds(RetainedListing.Listed listed) {
    long expiresAt = listed.message().expiresAtMillis();
    return expiresAt == PublishMessage.NEVER
        ? null
        : Math.max(0, (expiresAt - listed.nowMillis()) / 1000);
  }
}
