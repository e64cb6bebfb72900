package io.nanomq.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.packet.Connect;
import io.nanomq.packet.TopicName;
import io.nanomq.packet.Will;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What of a bridge's configuration goes into its CONNECT. */
class ConnectPacketTest {
  private static BridgeConf bridge(String rest) throws Exception {
    return Confs.conf("bridges.mqtt.b {\n server = \"mqtt-tcp://h:1\"\n" + rest + "\n}")
        .integrations()
        .bridges()
        .get(0);
  }

  private static Connect first(String rest) throws Exception {
    return ConnectPacket.of(bridge(rest), "id", true, true, 1000);
  }

  @Test
  void everyKey() throws Exception {
    Connect connect =
        first(
            """
            proto_ver = 5, keepalive = 7s, clean_start = false, username = u, password = p
            conn_properties {
              maximum_packet_size = 500, receive_maximum = 3, topic_alias_maximum = 4
              request_problem_infomation = 0, request_response_infomation = 1
              session_expiry_interval = 9
            }
            will {
              topic = gone, qos = 1, retain = true, payload = bye
              properties { will_delay_interval = 5, message_expiry_interval = 6, content_type = c }
            }
            """);
    assertThat(connect.version()).isEqualTo(5);
    assertThat(connect.keepAliveSeconds()).isEqualTo(7);
    assertThat(connect.cleanStart()).isFalse();
    assertThat(connect.username()).isEqualTo("u");
    assertThat(connect.password()).isEqualTo("p".getBytes(StandardCharsets.UTF_8));
    assertThat(connect.maximumPacketSize()).isEqualTo(500);
    assertThat(connect.receiveMaximum()).isEqualTo(3);
    assertThat(connect.topicAliasMaximum()).isEqualTo(4);
    assertThat(connect.requestProblemInformation()).isFalse();
    assertThat(connect.requestResponseInformation()).isTrue();
    assertThat(connect.sessionExpirySeconds()).isEqualTo(9);
    assertThat(connect.will())
        .usingRecursiveComparison()
        .isEqualTo(
            new Will(
                TopicName.of("gone"),
                "bye".getBytes(StandardCharsets.UTF_8),
                new byte[] {3, 0, 1, 'c'},
                1,
                true,
                5,
                6));
  }

  /** With a mistake in NanoMQ's files, without it on its pages. */
  @Test
  void informationIsSpelledInTwoWays() throws Exception {
    Connect connect =
        first(
            """
            proto_ver = 5, conn_properties {
              request_problem_information = 0, request_response_information = 1
              request_problem_infomation = 1
            }
            """);
    assertThat(connect.requestProblemInformation()).isFalse();
    assertThat(connect.requestResponseInformation()).isTrue();
  }

  @Test
  void howManyMessagesMayComeAtOnceHasTwoNames() throws Exception {
    String own = "proto_ver = 5, max_recv_queue_len = 7\n";
    assertThat(first("proto_ver = 5").receiveMaximum()).isEqualTo(65_535);
    assertThat(first(own).receiveMaximum()).isEqualTo(7);
    assertThat(first(own + "conn_properties.receive_maximum = 3").receiveMaximum()).isEqualTo(3);
  }

  @Test
  void theWillIsThatOfTheFirstConnection() throws Exception {
    BridgeConf conf = bridge("will { topic = gone, payload = bye }");
    assertThat(ConnectPacket.of(conf, "id", true, true, 1000).will()).isNotNull();
    assertThat(ConnectPacket.of(conf, "id-2", true, false, 1000).will()).isNull();
  }

  @Test
  void sessionsAreKeptWhereTheyAreToBe() throws Exception {
    String keeps = "proto_ver = 5, clean_start = false";
    assertThat(first(keeps).sessionExpirySeconds()).isEqualTo(Connect.NEVER_EXPIRES);
    assertThat(first("proto_ver = 5").sessionExpirySeconds()).isZero();
    BridgeConf lasting =
        bridge("proto_ver = 5, clean_start = true\nconn_properties.session_expiry_interval = 9");
    assertThat(ConnectPacket.of(lasting, "id", true, true, 1000).cleanStart()).isTrue();
    assertThat(ConnectPacket.of(lasting, "id", false, true, 1000).cleanStart()).isFalse();
    assertThat(ConnectPacket.of(bridge("proto_ver = 4"), "id", false, true, 1000).cleanStart())
        .isTrue();
    assertThat(ConnectPacket.of(bridge("proto_ver = 4"), "id", true, true, 1000).username())
        .isNull();
  }
}
