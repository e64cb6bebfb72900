package io.nanomq.control;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while MQTT clients are served. */
@Readiness
public class BrokerReadiness implements HealthCheck {
  private final RunningBroker running;

  public BrokerReadiness(RunningBroker running) {
    this.running = running;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("mqtt").status(running.find().isPresent()).build();
  }
}
