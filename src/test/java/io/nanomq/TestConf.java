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
import java.util.List;
import java.util.Map;

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

  @Produces
  @Singleton
  @Alternative
  @Priority(1)
  ConfInputs inputs() {
    try {
      Path folder = Files.createTempDirectory("nanomq-test");
      Path document = Files.writeString(folder.resolve("nanomq.conf"), DOCUMENT);
      return new ConfInputs(List.of("--conf", document.toString()), Map.of(), folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
