package io.nanomq.control.process;

import io.quarkus.runtime.Quarkus;
import jakarta.inject.Singleton;

/** Ends the process in order: {@link BrokerLifecycle} drains, then the exit code is 0. */
@Singleton
public class Shutdown {

  /** Returns at once. */
  public void begin() {
    Quarkus.asyncExit(0);
  }
}
