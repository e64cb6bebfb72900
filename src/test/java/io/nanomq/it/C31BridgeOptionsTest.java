package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.bridge.BridgeStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the other broker is sent of a bridge's keys that only it could see. */
@Timeout(60)
class C31BridgeOptionsTest {
  private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};

  @Test
  void whatIsConfiguredIsSent() throws Exception {
    try (ServerSocket remote = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TestBroker local = TestBroker.start()) {
      local.apply(before -> BridgePeers.with(before, conf(remote.getLocalPort())));
      try (Socket peer = remote.accept()) {
        String connect = packet(peer.getInputStream());
        assertThat(connect).contains(pair("who", "bridge")).contains(pair("what", "will"));
        assertThat(connect)
            .as("payload_format_indicator, response_topic and correlation_data of the will")
            .contains("0101")
            .contains("08" + string("answers"))
            .contains("09" + string("7"));
        peer.getOutputStream().write(CONNACK);
        String subscribe = packet(peer.getInputStream());
        assertThat(subscribe).contains("0b05").contains(pair("why", "test"));
        // QoS 1, nolocal, retain_as_published and retain_handling 2; and none of them.
        assertThat(subscribe).contains(string("from/#") + "2d").endsWith(string("plain") + "00");
      }
    }
  }

  private static final String SESSION =
      """
      bridges.mqtt.b {
        server = "mqtt-tcp://127.0.0.1:%d"
        proto_ver = 5, clientid = site7, keepalive = 77s, clean_start = false
        username = joe, password = s3cret
        conn_properties {
          maximum_packet_size = 70000, receive_maximum = 70, topic_alias_maximum = 7
          request_problem_infomation = 1, request_response_infomation = 0
          request_problem_information = 0, request_response_information = 1
          session_expiry_interval = 777
        }
        will {
          topic = gone, payload = bye
          properties { message_expiry_interval = 66, content_type = text, will_delay_interval = 55 }
        }
        forwards = [{ local_topic = "up/a", remote_topic = "there", suffix = "/end" }]
        subscription = [{ remote_topic = "down/a", local_topic = "here", suffix = "/last" }]
      }
      """;

  /**
   * What of it is in CONNECT, where messages come and go, and that nobody comes where it is off.
   */
  @Test
  void whoConnectsAndWhatComesAndGoes() throws Exception {
    try (ServerSocket remote = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TestBroker local = TestBroker.start()) {
      String text = SESSION.formatted(remote.getLocalPort());
      local.apply(before -> BridgePeers.with(before, text));
      try (Socket peer = remote.accept();
          RawClient client = local.raw(4).connected("c", true)) {
        InputStream in = peer.getInputStream();
        assertThat(packet(in))
            .as("keepalive and clean_start: no bit 0x02")
            .matches("10" + string("MQTT") + "05[c-f][4c]004d.*")
            .contains("2700011170", "210046", "220007", "1700", "1901", "1100000309")
            .contains("0200000042", "03" + string("text"), "1800000037")
            .contains(string("site7"), string("joe"), string("s3cret"));
        peer.getOutputStream().write(CONNACK);
        assertThat(packet(in)).startsWith("82").contains(string("down/a"));
        client.subscribe(1, "#", 0).receive(9);
        peer.getOutputStream()
            .write(HexFormat.of().parseHex("300b" + string("down/a") + "00" + "6869"));
        assertThat(client.receive(3).topic()).isEqualTo("here/last");
        client.publish("up/a", 0, 0, new byte[] {'x'});
        assertThat(packet(in)).startsWith("30").contains(string("there/end"));
      }
      local.apply(before -> BridgePeers.with(before, text + "bridges.mqtt.b.enable = false\n"));
      assertThat(BridgePeers.status(local, "b").state()).isEqualTo(BridgeStatus.State.DISABLED);
    }
  }

  private static String conf(int port) {
    return """
        bridges.mqtt.b {
          server = "mqtt-tcp://127.0.0.1:%d"
          proto_ver = 5
          conn_properties { user_property { who = bridge } }
          sub_properties { identifier = 5, user_property { why = test } }
          will {
            topic = gone, payload = bye
            properties {
              payload_format_indicator = 1, response_topic = answers, correlation_data = "7"
              user_property { what = will }
            }
          }
          subscription = [
            { remote_topic = "from/#", qos = 1, nolocal = 1, retain_as_published = 1,
              retain_handling = 2 }
            { remote_topic = plain, qos = 0, nolocal = 0, retain_as_published = 0,
              retain_handling = 0 }
          ]
        }
        """
        .formatted(port);
  }

  /** One packet of less than 16 KiB, as hexadecimal digits. */
  private static String packet(InputStream in) throws IOException {
    int first = in.read();
    int length = in.read();
    if (length > 127) {
      length = length & 127 | in.read() << 7;
    }
    return HexFormat.of().toHexDigits((byte) first)
        + HexFormat.of().formatHex(in.readNBytes(length));
  }

  private static String pair(String name, String value) {
    return "26" + string(name) + string(value);
  }

  private static String string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().toHexDigits((short) utf8.length) + HexFormat.of().formatHex(utf8);
  }
}
