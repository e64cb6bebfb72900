package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real Mosquitto of one test: in CI it has to be there. */
final class Mosquitto implements AutoCloseable {
  private final Process process;

  /**
   * @param port one that its configuration has; it listens there when this returns
   */
  Mosquitto(Path folder, int port, String conf, Map<String, String> environment)
      throws IOException {
    Path program =
        Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin"))
            .map(directory -> Path.of(directory, "mosquitto"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    if ("true".equals(System.getenv("CI"))) {
      assertThat(program).as("mosquitto is installed in CI").isNotNull();
    }
    Assumptions.assumeTrue(program != null, "mosquitto is not installed");
    Path file = folder.resolve("mosquitto.conf");
    Files.writeString(file, conf);
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "-c", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().putAll(environment);
    process = builder.start();
    TestBroker.soon().until(() -> listens(port));
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(TestBroker.HOST, port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
