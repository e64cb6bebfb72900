package io.nanomq.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.MqttConf;
import io.nanomq.it.Limits;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptorsTest {
  private static NanomqConf conf(int maxConnections) {
    MqttConf mqtt = Limits.with("broker.maxConnections", maxConnections);
    return Copy.of(NanomqConf.defaults(), "eventLoops", 1, "mqtt", mqtt, "listeners", List.of());
  }

  @Test
  void tooFewToLoadTheProcessAreAProblemThatNamesTheNumbers() {
    assertThat(Descriptors.problem(64))
        .get()
        .asString()
        .contains("64", "ulimit -n", "it needs " + Descriptors.OWN);
    assertThat(Descriptors.problem(Descriptors.OWN)).isEmpty();
  }

  @Test
  void theJarsOfAClassPathAreCounted() {
    assertThat(Descriptors.jars("target/quarkus-app/quarkus-run.jar")).isZero();
    assertThat(Descriptors.jars("")).isZero();
    assertThat(Descriptors.jars("a.jar:b.jar:c.jar")).isEqualTo(3);
    assertThat(Descriptors.OWN)
        .isEqualTo(256 + Descriptors.jars(System.getProperty("java.class.path")));
  }

  @Test
  void fewerThanTheConnectionsThatAreAllowedAreTold() {
    int most = 10_000;
    int both = most - Descriptors.OWN;
    int room = both - both / 8;
    assertThat(Descriptors.shortage(conf(room), most)).isEmpty();
    assertThat(Descriptors.shortage(conf(room + 1), most))
        .get()
        .asString()
        .contains("10000", String.valueOf(room), "max_connections = " + (room + 1));
  }
}
