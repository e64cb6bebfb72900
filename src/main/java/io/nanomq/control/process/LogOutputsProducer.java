package io.nanomq.control.process;

import io.nanomq.log.LogOutputs;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The log's outputs, which dev mode gives back before it starts anew. */
class LogOutputsProducer {
  @Produces
  @Singleton
  LogOutputs outputs() {
    return new LogOutputs();
  }

  void close(@Disposes LogOutputs outputs) {
    outputs.close();
  }
}
