package io.nanomq.control.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.micrometer.core.instrument.MeterRegistry;
import io.nanomq.control.RunningBroker;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
class BrokerMetersTest {
  @Inject MeterRegistry registry;
  @Inject BrokerMeters meters;
  @Inject RunningBroker running;

  @Test
  void countsWhatClientsDo() throws Exception {
    double before = received();
    var full = registry.get("nanomq.dropped").tag("reason", "queue_full").functionCounter();
    double fullBefore = full.count();
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .identifier("metered")
            .serverHost("127.0.0.1")
            .serverPort(running.get().ports().get(0))
            .buildBlocking();
    client.connect();
    client.publishWith().topic("n/o/body").qos(MqttQos.AT_LEAST_ONCE).send();

    assertThat(received()).isEqualTo(before + 1);
    assertThat(registry.get("nanomq.connections").gauge().value()).isEqualTo(1);
    assertThat(full.count()).isEqualTo(fullBefore);
    assertThat(registry.get("nanomq.events.lost").functionCounter().count())
        .isEqualTo(running.get().events().lost());
    client.disconnect();
  }

  @Test
  void tellsHowLoginsWereDecided() {
    var logins = registry.get("nanomq.authentications").tag("link", "anonymous");
    double before = logins.tag("result", "allowed").functionCounter().count();
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .identifier("logs-in")
            .serverHost("127.0.0.1")
            .serverPort(running.get().ports().get(0))
            .buildBlocking();
    client.connect();
    client.disconnect();
    assertThat(logins.tag("result", "allowed").functionCounter().count()).isEqualTo(before + 1);
    assertThat(registry.get("nanomq.backend.calls").functionTimers()).hasSize(3);
  }

  @Test
  void tellsHowLateEachLoopWas() {
    long[] nanos = running.get().maxLoopLagNanos();
    assertThat(registry.get("nanomq.loop.lag.max").gauges()).hasSize(nanos.length);
    assertThat(registry.get("nanomq.loop.lag.max").tag("loop", "0").gauge().value())
        .isBetween(nanos[0] / 1e9, 60.0);
  }

  @Test
  void tellsWhatMessagesMayCostAndWhetherThatIsShort() {
    assertThat(registry.get("nanomq.messages.memory.short").gauge().value()).isZero();
    double limit = registry.get("nanomq.messages.held.limit.bytes").gauge().value();
    assertThat(limit).isEqualTo(running.get().messageMemory().limitBytes()).isPositive();
    assertThat(registry.get("nanomq.messages.held.bytes").gauge().value()).isBetween(0.0, limit);
  }

  private double received() throws Exception {
    meters.refresh().toCompletableFuture().get(60, TimeUnit.SECONDS);
    return registry.get("nanomq.publishes.received").functionCounter().count();
  }
}
