package io.nanomq.control.process;

import io.nanomq.Broker;
import io.nanomq.control.RunningBroker;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/**
 * Alive while every event loop turns. One that has not for {@value #DEAD_SECONDS} seconds will not
 * again: no work takes as long, so the process has to be started anew. It is asked from outside of
 * the loops. A loop with nothing to do turns, too.
 */
@Liveness
public class LoopLiveness implements HealthCheck {
  static final long DEAD_SECONDS = 30;

  private final RunningBroker running;

  public LoopLiveness(RunningBroker running) {
    this.running = running;
  }

  @Override
  public HealthCheckResponse call() {
    return judge(running.find().map(Broker::loopStallNanos).orElseGet(() -> new long[0]));
  }

  /**
   * @param stallNanos how late each loop is
   */
  static HealthCheckResponse judge(long[] stallNanos) {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("event loops").up();
    for (int i = 0; i < stallNanos.length; i++) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(stallNanos[i]);
      if (seconds >= DEAD_SECONDS) {
        response.down().withData("loop " + i, "has not turned for " + seconds + " s");
      }
    }
    return response.build();
  }
}
