package io.nanomq.api.publish;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.nanomq.api.json.ApiException;
import io.nanomq.config.model.Capabilities;
import io.nanomq.config.model.MqttConf;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /mqtt/publish} takes. As in the reference {@code encoding} is what the broker does to
 * the payload, and {@code decoding} its reverse, which comes first.
 *
 * @param topic one name
 * @param topics several, one message each
 * @param qos 0 to 2
 * @param clientid on behalf of whom, which counts where {@code auth.acl.api} is on
 */
public record PublishRequest(
    @Nullable String topic,
    @Nullable TopicList topics,
    String payload,
    @Nullable Encoding encoding,
    @Nullable Encoding decoding,
    int qos,
    boolean retain,
    @Nullable String clientid,
    @Nullable PublishProperties properties) {

  /** How a payload is written. */
  public enum Encoding {
    @JsonProperty("plain")
    PLAIN,
    @JsonProperty("base64")
    BASE64
  }

  public PublishRequest {
    TopicList.all(topic, topics);
    if (qos < 0 || qos > 2) {
      throw ApiException.wrongField("qos");
    }
  }

  /**
   * The messages that are asked for.
   *
   * @throws ApiException 400 with 108 or 115 where no client could send them
   */
  Publication checked(MqttConf conf) {
    List<String> names = TopicList.all(topic, topics);
    names.forEach(name -> Topics.checkPublish(name, conf));
    checkOffered(conf.capabilities());
    PublishProperties given = properties == null ? PublishProperties.NONE : properties;
    byte[] bytes = bytes();
    Long expiry = given.messageExpiryInterval();
    var publication =
        new Publication(
            names,
            bytes,
            given.encode(conf.packets().maxPropertyBytes()),
            qos,
            retain,
            expiry == null ? Publication.NEVER : expiry);
    if (given.promisesText() && !isUtf8(bytes)) {
      throw ApiException.badParameter("The payload is not the UTF-8 that its properties promise");
    }
    publication.checkSize(conf.packets().maxBytes());
    return publication;
  }

  private void checkOffered(Capabilities offered) {
    if (retain && !offered.retained()) {
      throw ApiException.badParameter("Messages are not retained: retain_available is false");
    }
    if (qos > offered.maxQos()) {
      throw ApiException.badParameter("The QoS is above max_qos_allowed");
    }
  }

  private byte[] bytes() {
    byte[] bytes = utf8("payload", payload);
    if (decoding == Encoding.BASE64) {
      try {
        bytes = Base64.getDecoder().decode(bytes);
      } catch (IllegalArgumentException e) {
        throw ApiException.badParameter("The payload is not base64");
      }
    }
    return encoding == Encoding.BASE64 ? Base64.getEncoder().encode(bytes) : bytes;
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  // Half of a surrogate pair would become a question mark.
  static byte[] utf8(String field, String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      return Arrays.copyOf(bytes.array(), bytes.limit());
    } catch (CharacterCodingException e) {
      throw ApiException.badParameter("The field " + field + " holds half of a surrogate pair");
    }
  }
}
