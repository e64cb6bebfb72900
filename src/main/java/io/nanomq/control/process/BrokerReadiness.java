package io.nanomq.control.process;

import io.nanomq.Broker;
import io.nanomq.control.RunningBroker;
import io.nanomq.metrics.MessageMemory;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while MQTT clients are served. Where memory for messages is short, that is told and changes
 * nothing: clients that are online are served as before, and those sent elsewhere would fill that.
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
    return judge(running.find().map(Broker::messageMemory));
  }

  /**
   * @param memory empty = nobody is served
   */
  static HealthCheckResponse judge(Optional<MessageMemory> memory) {
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("mqtt").status(memory.isPresent());
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
