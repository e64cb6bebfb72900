package io.nanomq;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import org.jboss.logmanager.LogManager;

/**
 * Where a process starts whose classes are prepared ({@code bin/nanomq}): all of them are the
 * application class loader's then, whose classes the JVM takes from an archive without reading them
 * anew. Does what Quarkus' own beginning does but for making a class loader.
 */
public final class PreparedMain {
  private PreparedMain() {}

  /** As {@link Main#main}. */
  public static void main(String[] args) {
    System.setProperty("java.util.logging.manager", LogManager.class.getName());
    try {
      Main.main(args);
    } finally {
      // What was logged and has not been written, where Quarkus has not come that far.
      InitialConfigurator.DELAYED_HANDLER.close();
    }
  }
}
