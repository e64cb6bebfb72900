package io.nanomq.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged broker as a process of its own, with the environment of a pod. */
final class PackagedBroker implements AutoCloseable {
  private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Path log;
  private final Process process;

  /**
   * @param folder its working directory
   */
  PackagedBroker(Path folder, Map<String, String> environment, String... arguments)
      throws IOException {
    log = folder.resolve("broker.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // they live too briefly for the other compiler
                "-jar",
                JAR.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // Small files: they are written ahead, and it is a folder of the test's own that they go to.
    builder.environment().put("NANOMQ_PERSISTENCE_MAX_BYTES", "64MB");
    builder.environment().putAll(environment);
    process = builder.start();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the log has {@code text}. */
  void awaitLog(String text) {
    await(text).atMost(LONG).until(() -> log().contains(text) || !process.isAlive());
    if (!log().contains(text)) {
      throw new AssertionError("ended without saying \"" + text + "\":\n" + log());
    }
  }

  /** Waits for the end of the process; answers its exit code. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("does not end:\n" + log());
    }
    return process.exitValue();
  }

  /** Waits until it has come so far. */
  void awaitCpu(Duration used) {
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                !process.isAlive()
                    || process.info().totalCpuDuration().orElse(used).compareTo(used) >= 0);
  }

  long pid() {
    return process.pid();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
