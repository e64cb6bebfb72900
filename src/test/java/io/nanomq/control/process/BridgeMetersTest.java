package io.nanomq.control.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nanomq.config.Confs;
import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.control.RunningBroker;
import io.nanomq.it.RawClient;
import io.nanomq.it.TestBroker;
import io.nanomq.kubernetes.FlakyLink;
import io.quarkus.runtime.StartupEvent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BridgeMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RunningBroker running = new RunningBroker(null);
  // Meters hold it weakly.
  private final BridgeMeters meters = new BridgeMeters(registry, running);

  private double bridges(String state) {
    return registry.get("nanomq.bridges").tag("state", state).gauge().value();
  }

  private double messages(String result) {
    return registry.get("nanomq.bridge.messages").tag("result", result).functionCounter().count();
  }

  private static NanomqConf with(NanomqConf before, int port) {
    try {
      var bridges =
          Confs.conf(
                  """
                  bridges.mqtt.b {
                    server = "mqtt-tcp://127.0.0.1:%d", backoff_min = 1ms, backoff_max = 0s
                    forwards = [n]
                  }
                  """
                      .formatted(port))
              .integrations()
              .bridges();
      return Copy.of(before, "integrations.bridges", bridges);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatBridgesDoIsCountedByWhatHasBecomeOfIt() {
    meters.start(new StartupEvent());
    assertThat(bridges("connected")).isZero();
    try (TestBroker local = TestBroker.start();
        TestBroker remote = TestBroker.start();
        FlakyLink link = new FlakyLink(remote.port());
        RawClient client = local.raw(4).connected("c", true)) {
      running.set(local.broker());
      local.apply(before -> with(before, link.port()));
      Awaitility.await().until(() -> bridges("connected") == 1);
      client.publish("n", 1, 1, new byte[1]).receive(4);
      Awaitility.await().until(() -> messages("sent") == 1);
      link.cut();
      Awaitility.await().until(() -> bridges("connected") == 0);
      // QoS 0 is not kept while there is no connection, QoS 1 is.
      client.publish("n", 0, 0, new byte[1]).publish("n", 1, 2, new byte[1]).receive(4);
      Awaitility.await().until(() -> messages("dropped") == 1);
      Awaitility.await().until(() -> registry.get("nanomq.bridge.queued").gauge().value() == 1);
      link.restore();
      Awaitility.await().until(() -> messages("sent") == 2);
      assertThat(registry.get("nanomq.bridge.reconnects").functionCounter().count()).isEqualTo(1);
      assertThat(bridges("disabled") + bridges("waiting")).isZero();
    }
  }
}
