package io.nanomq.config.setting;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is in force is shown as the document has it. */
class WrittenValuesTest {
  private static final String TEXT =
      """
      bridges.mqtt.b {
        server = "mqtt-tcp://${HOST}:1", clientid = ${NAME}, keepalive = ${SECONDS}
        forwards = [{ local_topic = "a/${NAME}", remote_topic = plain }]
      }
      bridges.mqtt.c { server = "mqtt-tcp://h:1", username = ${OTHER} }
      """;
  private static final Map<String, String> ENVIRONMENT =
      Map.of("HOST", "hidden.example", "NAME", "topsecret", "SECONDS", "77s", "OTHER", "joe");

  private static WrittenValues written(String prefix) throws Exception {
    return new WrittenValues(Confs.load(TEXT, ENVIRONMENT).values(), prefix);
  }

  @Test
  void referencesStandWhereTheirValuesWere() throws Exception {
    Map<String, Object> topic = Map.of("local_topic", "a/topsecret", "remote_topic", "plain");
    var shown =
        written("bridges.mqtt.b.")
            .object(
                Map.of(
                    "clientid",
                    "topsecret",
                    "keepalive",
                    77,
                    "proto_ver",
                    4,
                    "username",
                    "joe",
                    "forwards",
                    List.of(topic)));
    assertThat(shown)
        .containsEntry("clientid", "${NAME}")
        .containsEntry("keepalive", "${SECONDS}")
        .containsEntry("proto_ver", 4)
        .containsEntry("username", "joe")
        .containsEntry(
            "forwards", List.of(Map.of("local_topic", "a/${NAME}", "remote_topic", "plain")));
  }

  @Test
  void anErrorNamesNoHostThatTheDocumentDoesNot() throws Exception {
    WrittenValues written = written("bridges.mqtt.b.");
    assertThat(written.text("mqtt-tcp://hidden.example:1")).isEqualTo("mqtt-tcp://${HOST}:1");
    assertThat(written.within("Connection refused: hidden.example/192.0.2.7:1"))
        .isEqualTo("Connection refused: ${HOST}/192.0.2.7:1");
    assertThat(written.within("mqtt-tcp://hidden.example:1 is gone"))
        .isEqualTo("mqtt-tcp://${HOST}:1 is gone");
    assertThat(written.within(null)).isNull();
    assertThat(written("bridges.mqtt.c.").within("no hidden.example"))
        .isEqualTo("no hidden.example");
  }
}
