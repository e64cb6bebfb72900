package io.nanomq.api.publish;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bodies of requests as the OpenAPI document shows them; what reads them is {@link Fields}. */
public final class ApiRequests {
  private ApiRequests() {}

  /** An edit of the configuration: what is absent stays. */
  public record Data(Map<String, Object> data) {}

  /** {@code /mqtt/publish}. */
  public record Publish(
      @Nullable String topic,
      @Nullable List<String> topics,
      String payload,
      int qos,
      boolean retain,
      String encoding,
      String decoding,
      String clientid,
      PublishProperties properties) {}

  /** Properties of MQTT 5. */
  record PublishProperties(
      int payload_format_indicator,
      long message_expiry_interval,
      String content_type,
      String response_topic,
      String correlation_data,
      Map<String, Object> user_properties) {}

  /** {@code /mqtt/subscribe}. */
  public record Subscribe(
      @Nullable String topic, @Nullable List<String> topics, int qos, String clientid) {}

  /** {@code /mqtt/unsubscribe}. */
  public record Unsubscribe(
      @Nullable String topic, @Nullable List<String> topics, String clientid) {}
}
