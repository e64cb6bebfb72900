package io.nanomq;

import io.nanomq.config.ConfException;
import io.nanomq.config.ConfProblem;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.MachineCheck;
import io.nanomq.config.NanomqConf;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.ConfSource;
import io.nanomq.control.StartException;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.runtime.util.ExceptionUtil;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/**
 * Where the process starts: reads the configuration, sizes the event loops, hands over to Quarkus,
 * whose beans read the same sources again.
 */
@QuarkusMain
public final class Main {
  private static final String EVENT_LOOPS = "quarkus.vertx.event-loops-pool-size";

  Main() {}

  /** Exits with 1 where the configuration is broken: a broker never starts more open than told. */
  public static void main(String[] args) {
    ConfInputs inputs = ConfInputs.ofProcess(args);
    try {
      LoadedConf loaded = load(inputs);
      if (loaded.helpOnly()) {
        Usage.print(System.out);
      } else if (loaded.checkOnly()) {
        check(inputs, loaded);
      } else {
        sizeLoops(loaded.conf());
        endInOrderOnSignals();
        Quarkus.run(null, Main::end, args);
      }
    } catch (ConfException e) {
      refuse(e);
    }
  }

  private static LoadedConf load(ConfInputs inputs) throws ConfException {
    try (ConfSource source = ConfSource.open(inputs)) {
      return source.load();
    }
  }

  /** Says everything that is wrong with a configuration on this machine. */
  private static void check(ConfInputs inputs, LoadedConf loaded) throws ConfException {
    List<ConfProblem> problems = new ArrayList<>(loaded.warnings());
    problems.addAll(MachineCheck.problems(loaded, inputs.workingDirectory(), Clock.systemUTC()));
    if (problems.stream().anyMatch(ConfProblem::isError)) {
      throw new ConfException(problems);
    }
    problems.forEach(System.out::println);
    System.out.println("The configuration is valid");
  }

  // The JVM's own way would end with 143, which service managers and Kubernetes take for a failure.
  private static void endInOrderOnSignals() {
    if (LaunchMode.current() == LaunchMode.NORMAL) {
      for (String signal : List.of("TERM", "INT")) {
        Signal.handle(new Signal(signal), received -> Quarkus.asyncExit(0));
      }
    }
  }

  private static void end(int status, @Nullable Throwable failure) {
    if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
      // Dev mode reports by itself and starts again in this very JVM.
      return;
    }
    if (failure != null && ExceptionUtil.getRootCause(failure) instanceof StartException start) {
      System.err.println("nanomq does not start: " + start.getMessage());
    } else if (failure != null) {
      // Not by the log, which may have ended with what failed.
      System.err.println("nanomq does not start");
      failure.printStackTrace();
    }
    System.exit(status);
  }

  private static void refuse(ConfException broken) {
    if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
      // Dev mode shows the report, waits for the file to be mended and starts again.
      throw new IllegalStateException(broken.getMessage(), broken);
    }
    System.err.println("nanomq does not start with this configuration, which is broken:");
    System.err.println(broken.getMessage());
    System.exit(1);
  }

  // Vert.x makes its loops before any bean exists, so this cannot wait for CDI.
  private static void sizeLoops(NanomqConf conf) {
    int loops =
        conf.eventLoops() > 0 ? conf.eventLoops() : Runtime.getRuntime().availableProcessors();
    System.setProperty(EVENT_LOOPS, Integer.toString(loops));
  }
}
