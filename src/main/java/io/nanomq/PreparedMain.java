package io.nanomq;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import java.util.logging.Level;
import org.jboss.logmanager.LogManager;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;

/**
 * Where a process starts whose classes are prepared ({@code bin/nanomq}): all of them are the
 * application class loader's then, whose classes the JVM takes from an archive without reading them
 * anew. Does what Quarkus' own beginning does but for making a class loader.
 */
public final class PreparedMain {
  private static final String PATTERN = "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5p [%c{2.}] (%t) %s%e%n";

  private PreparedMain() {}

  /** As {@link Main#main}. */
  public static void main(String[] args) {
    System.setProperty("java.util.logging.manager", LogManager.class.getName());
    try {
      Main.main(args);
    } finally {
      writeWhatIsLeft();
    }
  }

  /**
   * What was logged and has not been written, where Quarkus has not come that far or is not needed,
   * as for a command. Without a handler all of it would be written, what is for developers as well.
   */
  private static void writeWhatIsLeft() {
    var delayed = InitialConfigurator.DELAYED_HANDLER;
    if (!delayed.isActivated()) {
      var console =
          new ConsoleHandler(ConsoleHandler.Target.SYSTEM_ERR, new PatternFormatter(PATTERN));
      console.setLevel(Level.WARNING);
      delayed.addHandler(console);
    }
    delayed.close();
  }
}
