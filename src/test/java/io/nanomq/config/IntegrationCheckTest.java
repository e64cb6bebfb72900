package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

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
