package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntegrationCheckTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bridges.mqtt.b { server = \"mqtt-tcp://h:1\", forwards = [\"a/#/b\"] }",
        "bridges.mqtt.b { server = \"mqtt-tcp://h:1\", subscription = [{ remote_topic = \"a+\" }] }",
        "webhook { url = \"http://h:1\", events = [{ event = on_message_publish, topic = \"#/a\" }] }",
      })
  void whatNobodyCanSubscribeToIsAnError(String text) {
    assertThat(Confs.reports(text + "\n"))
        .singleElement()
        .asString()
        .contains("has the topic filter ", ", which is none");
  }

  @Test
  void thereAreOnlySoManyBridges() throws Exception {
    StringBuilder text = new StringBuilder("bridges.mqtt {\n");
    for (int i = 0; i < 1_000; i++) {
      text.append("b").append(i).append(" { server = \"mqtt-tcp://h:1\" }\n");
    }
    assertThat(Confs.conf(text + "}\n").integrations().bridges()).hasSize(1_000);
    assertThat(Confs.reports(text + "more { server = \"mqtt-tcp://h:1\" }\n}\n"))
        .singleElement()
        .asString()
        .contains("one bridge too many", "1000 at most");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bridges.mqtt.b { server = \"mqtt-tcp://h:1\", forwards = [\"a/+/#\"] }",
        "webhook { url = \"http://h:1\", events = [{ event = on_client_connack }] }",
      })
  void filtersAndNoneAreTaken(String text) throws Exception {
    assertThat(Confs.load(text + "\n").conf()).isNotNull();
  }
}
