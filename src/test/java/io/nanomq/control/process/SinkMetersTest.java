package io.nanomq.control.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nanomq.backend.WebPeer;
import io.nanomq.config.Confs;
import io.nanomq.control.RunningBroker;
import io.nanomq.it.RawClient;
import io.nanomq.it.TestBroker;
import io.quarkus.runtime.StartupEvent;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SinkMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RunningBroker running = new RunningBroker(null);
  // Meters hold it weakly.
  private final SinkMeters meters = new SinkMeters(registry, running);

  private double events(String sink, String result) {
    return registry
        .get("nanomq.sink.events")
        .tag("sink", sink)
        .tag("result", result)
        .functionCounter()
        .count();
  }

  @Test
  void whatASinkDoesIsCountedByWhatHasBecomeOfIt() throws Exception {
    meters.start(new StartupEvent());
    assertThat(events("webhook", "sent")).isZero();
    try (WebPeer peer = new WebPeer(WebPeer.says(200));
        TestBroker broker = TestBroker.start()) {
      running.set(broker.broker());
      broker.reconfigure(
          Confs.load(
                  "web.hook.enable=true\nweb.hook.url="
                      + peer.url("/hook")
                      + "\nweb.hook.rule.message.publish.1={\"action\":\"x\"}\n",
                  Map.of())
              .conf());
      try (RawClient client = broker.raw(4).connected("c", true)) {
        client.publish("a", 1, 1, new byte[] {'x'}).receive(4);
        client.publish("a", 1, 2, new byte[] {'y'}).receive(4);
      }

      Awaitility.await().until(() -> events("webhook", "sent") == 2);
      Awaitility.await()
          .until(
              () -> registry.get("nanomq.sink.queued").tag("sink", "webhook").gauge().value() == 0);
      assertThat(events("webhook", "dropped")).isZero();
      assertThat(events("webhook", "failed")).isZero();
      assertThat(events("rules", "sent")).isZero();
      assertThat(events("databases", "sent")).isZero();
    } finally {
      running.set(null);
    }
    assertThat(events("webhook", "sent")).isZero();
  }
}
