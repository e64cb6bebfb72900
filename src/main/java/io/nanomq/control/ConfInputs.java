package io.nanomq.control;

import io.nanomq.config.ConfException;
import io.nanomq.config.ConfLoader;
import io.nanomq.config.LoadedConf;
import java.nio.file.Path;
import java.util.List;
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
    return ConfLoader.load(
        arguments.toArray(String[]::new), environment, workingDirectory, replacements, previous);
  }
}
