package io.nanomq.api.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.JsonBody;
import io.nanomq.config.model.MqttConf;
import io.nanomq.it.Limits;
import io.nanomq.packet.PublishMessage;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be published: no message that no client could have sent. */
class PublishRequestTest {
  private static final int MAX = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  // Beside its payload the packet has 2 + 1 bytes in front, a topic of 2 + 1, its properties'
  // length
  // and, if any, a packet identifier, an expiry of 5 and a content type of 3 + 1.
  @ParameterizedTest
  @CsvSource({"0, false, 193", "1, false, 191", "0, true, 184", "2, true, 182"})
  void theWholePacketCounts(int qos, boolean withProperties, int longest) {
    Map<String, Object> properties =
        withProperties ? Map.of("message_expiry_interval", 1, "content_type", "t") : Map.of();

    assertThat(parse("x".repeat(longest), qos, properties).topics()).containsExactly("t");
    assertThatThrownBy(() -> parse("x".repeat(longest + 1), qos, properties))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("max_packet_size");
  }

  @Test
  void textThatIsNoneIsRefused() {
    assertThat(parse("\ud83d\ude00", 0, Map.of()).payload()).hasSize(4);
    assertThatThrownBy(() -> parse("\ud83d", 0, Map.of())).hasMessageContaining("payload");
    assertThatThrownBy(() -> parse("a", 0, Map.of("correlation_data", "\ude00")))
        .hasMessageContaining("correlation_data");
  }

  @Test
  void aPayloadThatIsToBeTextMustBe() {
    var text = Map.<String, Object>of("payload_format_indicator", 1);
    Map<String, Object> bytes = Map.of("topic", "t", "payload", "/w==", "decoding", "base64");

    assertThat(parse(bytes).payload()).containsExactly(0xFF);
    PublishMessage message = parse("ß", 0, text).message("t", 0);
    assertThat(message.payload()).hasSize(2);
    assertThatThrownBy(
            () ->
                parse(
                    Map.of(
                        "topic", "t", "payload", "/w==", "decoding", "base64", "properties", text)))
        .hasMessageContaining("UTF-8");
  }

  @Test
  void aUserPropertyThatIsANumberOrABooleanIsItsText() {
    String body =
        "{\"user_properties\":{\"id\":10010,\"big\":12345678901234567890,\"share\":0.5,\"on\":true}}";
    Map<String, Object> given = userProperties(body);

    PublishMessage message = parse("x", 0, given).message("t", 0);

    assertThat(new String(message.properties(), UTF_8))
        .contains("\0\2id\0\u000510010", "12345678901234567890", "0.5", "true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[1]", "{\"a\":1}", "1e999"})
  void aUserPropertyOfAnotherKindIsRefused(String value) {
    String body = "{\"user_properties\":{\"id\":" + value + "}}";
    Map<String, Object> given = userProperties(body);

    assertThatThrownBy(() -> parse("x", 0, given)).hasMessageContaining("user property");
  }

  private static Publication parse(String payload, int qos, Map<String, Object> properties) {
    return parse(Map.of("topic", "t", "payload", payload, "qos", qos, "properties", properties));
  }

  private static Publication parse(Map<String, Object> request) {
    return JsonBody.convert(JSON.valueToTree(request), PublishRequest.class).checked(conf());
  }

  private static Map<String, Object> userProperties(String body) {
    try {
      return JSON.readValue(body, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static MqttConf conf() {
    return Limits.with("packets.maxBytes", MAX, "copyPerFilter", false);
  }
}
