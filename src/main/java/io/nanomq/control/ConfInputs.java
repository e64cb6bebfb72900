package io.nanomq.control;

import io.nanomq.config.ConfLoader;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.KnownReferences;
import io.nanomq.machine.MachineCheck;
import io.nanomq.tls.PemSource;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration is read from beside its documents; the same for the whole life of the
 * process.
 *
 * @param arguments the command line
 * @param environment the environment variables
 * @param workingDirectory where relative paths start
 */
public record ConfInputs(
    List<String> arguments, Map<String, String> environment, Path workingDirectory) {

  private static final String MANAGEMENT_PORT = "quarkus.management.port";

  public ConfInputs {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  /** The process's own. */
  public static ConfInputs ofProcess(String[] arguments) {
    return new ConfInputs(List.of(arguments), System.getenv(), Path.of("").toAbsolutePath());
  }

  /**
   * The configuration as it is now, but with other contents of some documents.
   *
   * @param previous what these inputs gave before, so that less has to be parsed
   * @throws ConfException where anything is wrong with it
   */
  LoadedConf load(Map<Path, byte[]> replacements, @Nullable LoadedConf previous)
      throws ConfException {
    return load(replacements, previous, null, null);
  }

  /**
   * The same for a broker that runs.
   *
   * @param inForce what it runs with: no file that it was read from may have vanished
   * @param known what the other contents may refer to; null = anything
   */
  LoadedConf load(
      Map<Path, byte[]> replacements,
      @Nullable LoadedConf previous,
      @Nullable LoadedConf inForce,
      @Nullable KnownReferences known)
      throws ConfException {
    return ConfLoader.load(
        arguments.toArray(String[]::new),
        environment,
        workingDirectory,
        replacements,
        previous,
        inForce,
        known);
  }

  /**
   * Holds a configuration against this machine: certificates, keys, addresses, ports.
   *
   * @param keys what certificates and keys are read from
   * @return errors and warnings
   */
  List<ConfProblem> check(LoadedConf loaded, Clock clock, PemSource keys) {
    return MachineCheck.problems(loaded, workingDirectory, clock, keys, managementPort());
  }

  /** Asked before Quarkus is there to say it; 0 where it says nothing that Quarkus would take. */
  public int managementPort() {
    String variable = MANAGEMENT_PORT.toUpperCase(Locale.ROOT).replace('.', '_');
    String configured =
        System.getProperty(MANAGEMENT_PORT, environment.getOrDefault(variable, "9000"));
    try {
      return Integer.parseInt(configured.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
