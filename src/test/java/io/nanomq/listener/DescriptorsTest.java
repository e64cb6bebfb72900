package io.nanomq.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.model.MqttConf;
import io.nanomq.it.Limits;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptorsTest {
  private static NanomqConf conf(int maxConnections) {
    MqttConf mqtt = Limits.with("broker.maxConnections", maxConnections);
    return new NanomqConf(1, mqtt, List.of(), HttpServerConf.defaults());
  }

  @Test
  void tooFewToLoadTheProcessAreAProblemThatNamesTheNumbers() {
    assertThat(Descriptors.problem(64)).get().asString().contains("64", "ulimit -n", "256");
    assertThat(Descriptors.problem(Descriptors.OWN)).isEmpty();
  }

  @Test
  void fewerThanTheConnectionsThatAreAllowedAreTold() {
    int most = 10_000;
    int room = (most - Descriptors.OWN) / 8 * 7;
    assertThat(Descriptors.shortage(conf(room), most)).isEmpty();
    assertThat(Descriptors.shortage(conf(room + 1), most))
        .get()
        .asString()
        .contains("10000", String.valueOf(room), "max_connections = " + (room + 1));
  }
}
