package io.nanomq.control.process;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneId;

/** The clock of everything outside the data path, so that tests can bring their own. */
public class ClockProducer {

  @Produces
  @Singleton
  Clock clock() {
    return Clock.system(ZoneId.systemDefault());
  }
}
