package io.nanomq;

import io.nanomq.control.ConfInputs;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What every {@code @QuarkusTest} runs with: the defaults, on free ports of this machine only, in a
 * document of its own that tests may edit.
 */
@Singleton
public class TestConf {
  /** The document when a test application starts. */
  public static final String DOCUMENT =
      """
      # What tests run with
      url=nmq-tcp://127.0.0.1:0
      websocket.enable=false
      http_server.enable=true
      http_server.ip_addr=127.0.0.1
      http_server.port=0
      """;

  private static final Map<String, String> SMALL = Map.of("NANOMQ_PERSISTENCE_MAX_BYTES", "64MB");

  @Produces
  @Singleton
  @Alternative
  @Priority(1)
  ConfInputs inputs() {
    try {
      Path folder = Files.createTempDirectory("nanomq-test");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> removeStore(folder)));
      Path document = Files.writeString(folder.resolve("nanomq.conf"), DOCUMENT);
      return new ConfInputs(List.of("--conf", document.toString()), SMALL, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What brokers kept: a test application leaves megabytes. */
  private static void removeStore(Path folder) {
    try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      return; // nothing was kept
    }
  }
}
