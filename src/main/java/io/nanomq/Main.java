package io.nanomq;

import io.nanomq.config.NanomqConf;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/**
 * Where the process starts: reads the configuration, sizes the event loops, hands over to Quarkus.
 */
@QuarkusMain
public final class Main {
  private static final String EVENT_LOOPS = "quarkus.vertx.event-loops-pool-size";

  Main() {}

  /** Exits with 1 where the configuration is broken: a broker never starts more open than told. */
  public static void main(String[] args) {
    sizeLoops(NanomqConf.defaults());
    Quarkus.run(args);
  }

  // Vert.x makes its loops before any bean exists, so this cannot wait for CDI.
  private static void sizeLoops(NanomqConf conf) {
    int loops =
        conf.eventLoops() > 0 ? conf.eventLoops() : Runtime.getRuntime().availableProcessors();
    System.setProperty(EVENT_LOOPS, Integer.toString(loops));
  }
}
