package io.nanomq;

import io.nanomq.config.LoadedConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.ConfSource;
import io.nanomq.control.process.OutOfMemoryExit;
import io.nanomq.control.process.StopSignals;
import io.nanomq.http.StartException;
import io.nanomq.listener.Descriptors;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.runtime.util.ExceptionUtil;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the process starts: reads the configuration, hands over to Quarkus, whose beans read the
 * same sources again.
 */
@QuarkusMain
public final class Main {
  Main() {}

  /** Exits with 1 where the configuration is broken: a broker never starts more open than told. */
  public static void main(String[] args) {
    OutOfMemoryExit.install();
    refuseRenegotiation();
    if (HelpText.asksForVersion(args)) {
      HelpText.printVersion(System.out);
      return;
    }
    if (PasswordCommand.isIn(args)) {
      System.exit(PasswordCommand.run(args, System.in, System.out, System.err));
    }
    if (RepairCommand.isIn(args) || RepairCommand.isAsked(args)) {
      repair(args);
      return;
    }
    begin(args);
  }

  private static void repair(String[] args) {
    String[] rest = RepairCommand.without(args);
    boolean isDone = RepairCommand.run(rest, Clock.systemDefaultZone(), System.out, System.err);
    if (RepairCommand.isIn(args) || !isDone) {
      System.exit(isDone ? 0 : 1);
    }
    begin(rest);
  }

  private static void begin(String[] args) {
    Optional<String> problem = Descriptors.problem();
    if (problem.isPresent()) {
      System.err.println("nanomq does not start: " + problem.get());
      System.exit(1);
    }
    try {
      Optional<String> command = ControlCommand.in(args);
      if (TransferCommand.isIn(args)) {
        System.exit(TransferCommand.run(args, System.out, System.err));
      }
      if (RestoreCommand.isIn(args)) {
        System.exit(RestoreCommand.run(args, System.out, System.err));
      }
      if (command.isPresent()) {
        control(command.get(), ConfInputs.ofProcess(args));
      } else if (isToServe(ConfInputs.ofProcess(args))) {
        StopSignals.install();
        Quarkus.run(null, Main::end, args);
      }
    } catch (ConfException e) {
      refuse(e);
    }
  }

  /**
   * A client of TLS 1.2 may not begin a second handshake on its connection. The JDK asks for this
   * once, when it first speaks TLS; listeners refuse it by themselves too.
   */
  private static void refuseRenegotiation() {
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  private static void control(String command, ConfInputs inputs) {
    try (ConfSource source = ConfSource.open(inputs)) {
      LoadedConf loaded = source.load();
      if (!onlyTells(source, loaded)) {
        ControlCommand.run(command, loaded.conf(), inputs.managementPort(), System.out);
      }
    } catch (IOException | ConfException e) {
      ControlCommand.told(command, e, System.err);
      System.exit(1);
    }
  }

  /** Whether there is more to do than to tell, of a configuration that this machine can run. */
  private static boolean isToServe(ConfInputs inputs) throws ConfException {
    try (ConfSource source = ConfSource.open(inputs)) {
      LoadedConf loaded = source.load();
      if (onlyTells(source, loaded)) {
        return false;
      }
      // The log has those of the documents, this the rest.
      source.check(loaded).stream()
          .filter(warning -> !loaded.warnings().contains(warning))
          .forEach(System.err::println);
      if (LaunchMode.current() != LaunchMode.DEVELOPMENT) {
        StoreBeginning.begin(loaded.conf().system().persistence());
      }
      return true;
    }
  }

  /** Whether the command line asks for words only, which are said here. */
  private static boolean onlyTells(ConfSource source, LoadedConf loaded) throws ConfException {
    if (loaded.helpOnly()) {
      HelpText.print(System.out);
    } else if (loaded.checkOnly()) {
      source.check(loaded).forEach(System.out::println);
      System.out.println("The configuration is valid");
    }
    return loaded.helpOnly() || loaded.checkOnly();
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
}
