package io.nanomq.bridge;

import io.nanomq.codec.PropertyWriter;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import io.nanomq.packet.TopicName;
import io.nanomq.packet.Will;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The CONNECT of a bridge, made of its configuration. */
final class ConnectPacket {
  private static final int MAX_RECEIVE_MAXIMUM = 65_535;

  private ConnectPacket() {}

  /**
   * @param clientId in force
   * @param isFirst whether it has not been connected yet: a session that lasts begins anew only
   *     then
   * @param hasWill whether the bridge's will is this connection's
   * @param maxPacketBytes larger packets are not taken
   */
  static Connect of(
      BridgeConf conf, String clientId, boolean isFirst, boolean hasWill, int maxPacketBytes) {
    BridgeConf.Client client = conf.client();
    String password = client.password();
    return new Connect(
        client.protoVer(),
        clientId,
        client.cleanStart() && (isFirst || expiry(conf) == 0),
        client.keepAliveSeconds(),
        client.username().isEmpty() && password.isEmpty() ? null : client.username(),
        password.isEmpty() ? null : password.getBytes(StandardCharsets.UTF_8),
        hasWill ? will(conf.will()) : null,
        properties(conf, maxPacketBytes));
  }

  private static ConnectProperties properties(BridgeConf conf, int maxPacketBytes) {
    Map<String, Long> numbers = conf.connectProperties().numbers();
    boolean v5 = conf.client().protoVer() == 5;
    return new ConnectProperties(
        expiry(conf),
        number(numbers, "receive_maximum", receiveMaximum(conf)),
        v5 ? number(numbers, "maximum_packet_size", maxPacketBytes) : 0,
        number(numbers, "topic_alias_maximum", 0),
        information(numbers, "response", 0),
        information(numbers, "problem", 1),
        true,
        null);
  }

  /** NanoMQ's files spell it otherwise than its pages. */
  private static boolean information(Map<String, Long> numbers, String of, int otherwise) {
    String name = "request_" + of + "_";
    return number(numbers, name + "information", number(numbers, name + "infomation", otherwise))
        == 1;
  }

  /** Seconds that the other broker keeps the session; as long as it can where it is to be kept. */
  private static long expiry(BridgeConf conf) {
    if (conf.client().protoVer() < 5) {
      return 0;
    }
    Long asked = conf.connectProperties().numbers().get("session_expiry_interval");
    if (asked != null) {
      return asked;
    }
    return conf.client().cleanStart() ? 0 : Connect.NEVER_EXPIRES;
  }

  private static int receiveMaximum(BridgeConf conf) {
    int asked = conf.habits().receiveMaximum();
    return asked == 0 ? MAX_RECEIVE_MAXIMUM : asked;
  }

  private static int number(Map<String, Long> numbers, String name, int otherwise) {
    Long value = numbers.get(name);
    return value == null ? otherwise : (int) Math.min(Integer.MAX_VALUE, value);
  }

  private static @Nullable Will will(BridgeConf.@Nullable Will conf) {
    if (conf == null) {
      return null;
    }
    BridgeConf.Properties properties = conf.properties();
    Long delay = properties.numbers().get("will_delay_interval");
    Long expiry = properties.numbers().get("message_expiry_interval");
    return new Will(
        TopicName.of(conf.topic()),
        conf.payload().getBytes(StandardCharsets.UTF_8),
        willProperties(properties),
        conf.qos(),
        conf.retain(),
        delay == null ? 0 : delay,
        expiry == null ? -1 : expiry);
  }

  private static byte[] willProperties(BridgeConf.Properties conf) {
    PropertyWriter properties = new PropertyWriter();
    Long format = conf.numbers().get("payload_format_indicator");
    if (format != null) {
      properties.payloadFormat(format.intValue());
    }
    return properties
        .contentType(conf.texts().get("content_type"))
        .responseTopic(conf.texts().get("response_topic"))
        .correlationData(conf.texts().get("correlation_data"))
        .user(conf.user())
        .bytes();
  }
}
