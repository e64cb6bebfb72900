package io.nanomq.api.publish;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.nanomq.api.json.ApiException;
import io.nanomq.codec.MessageProperties;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Properties of MQTT 5 that a message gets.
 *
 * @param payloadFormatIndicator 1 = the payload is UTF-8, which it must be then
 * @param messageExpiryInterval seconds, null = it never expires
 * @param userProperties values are strings, numbers or booleans
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record PublishProperties(
    int payloadFormatIndicator,
    @Nullable Long messageExpiryInterval,
    @Nullable String contentType,
    @Nullable String responseTopic,
    @Nullable String correlationData,
    @Nullable Map<String, Object> userProperties) {
  static final PublishProperties NONE = new PublishProperties(0, null, null, null, null, null);

  private static final long MAX_EXPIRY = 0xFFFF_FFFFL;

  public PublishProperties {
    if (payloadFormatIndicator < 0 || payloadFormatIndicator > 1) {
      throw ApiException.wrongField("payload_format_indicator");
    }
    if (messageExpiryInterval != null
        && (messageExpiryInterval < 0 || messageExpiryInterval > MAX_EXPIRY)) {
      throw ApiException.wrongField("message_expiry_interval");
    }
  }

  boolean promisesText() {
    return payloadFormatIndicator == 1;
  }

  /** All but the expiry, as a PUBLISH has them. */
  byte[] encode(int maxBytes) {
    var out = new MessageProperties(maxBytes);
    try {
      if (promisesText()) {
        out.payloadFormat(true);
      }
      if (contentType != null && !contentType.isEmpty()) {
        out.contentType(contentType);
      }
      if (responseTopic != null && !responseTopic.isEmpty()) {
        out.responseTopic(responseTopic);
      }
      if (correlationData != null && !correlationData.isEmpty()) {
        out.correlationData(PublishRequest.utf8("correlation_data", correlationData));
      }
      if (userProperties != null) {
        userProperties.forEach((name, value) -> out.userProperty(name, text(name, value)));
      }
    } catch (IllegalArgumentException e) {
      throw ApiException.badParameter(String.valueOf(e.getMessage()));
    }
    return out.toBytes();
  }

  // NanoMQ's own example of this request has a number there.
  private static String text(String name, @Nullable Object value) {
    // What is too large for the type that it is read as has lost its text.
    boolean isLost = value instanceof Double number && number.isInfinite();
    if (value instanceof String || value instanceof Boolean || value instanceof Number && !isLost) {
      return value.toString();
    }
    throw ApiException.badParameter(
        "A user property is neither a string nor a number nor a boolean: " + name);
  }
}
