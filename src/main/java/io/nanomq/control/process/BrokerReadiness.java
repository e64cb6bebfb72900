package io.nanomq.control.process;

import io.nanomq.Broker;
import io.nanomq.control.RunningBroker;
import io.nanomq.journal.JournalFigures;
import io.nanomq.metrics.MessageMemory;
import io.nanomq.persistence.StoreStatus;
import io.nanomq.persistence.journal.JournalStores;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while MQTT clients are served. Where memory for messages is short, that is told and changes
 * nothing: clients that are online are served as before, and those sent elsewhere would fill that.
 * So it is where the journal has no more room, and where there should be one and is none.
 */
@Readiness
public class BrokerReadiness implements HealthCheck {
  private static final int MIB = 1024 * 1024;

  private final RunningBroker running;

  public BrokerReadiness(RunningBroker running) {
    this.running = running;
  }

  @Override
  public HealthCheckResponse call() {
    Optional<Broker> broker = running.find();
    return judge(
        broker.map(Broker::messageMemory),
        broker
            .flatMap(Broker::journalStores)
            .map(JournalStores::figures)
            .orElse(JournalFigures.NONE),
        broker.map(Broker::durability).orElse(StoreStatus.NONE),
        running.phase());
  }

  /**
   * @param memory empty = nobody is served
   * @param phase why that is
   */
  static HealthCheckResponse judge(
      Optional<MessageMemory> memory, JournalFigures journal, StoreStatus store, String phase) {
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("mqtt").status(memory.isPresent());
    if (memory.isEmpty()) {
      response.withData("phase", phase);
    } else {
      response.withData("durability", store.durability());
    }
    if (!store.problem().isEmpty()) {
      response.withData("durability problem", store.problem());
    }
    if (journal.bytes() > 0) {
      response.withData("journal", journal.full() ? "full" : "ok");
      response.withData("journal MiB", journal.bytes() / MIB);
    }
    memory.ifPresent(
        messages -> {
          response.withData("memory", messages.isShort() ? "short" : "ok");
          response.withData("messages MiB", messages.bytes() / MIB);
          response.withData("messages MiB at most", messages.limitBytes() / MIB);
          if (messages.isShort()) {
            response.withData("short on event loops", messages.shortLoops().toString());
          }
        });
    return response.build();
  }
}
