package io.nanomq.config.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A process that writes a document over and over until it is killed. */
final class StoreWriter {
  private static final int LINES = 20_000;

  private StoreWriter() {}

  static Process start(Path file) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StoreWriter.class.getName(),
                file.toString()))
        .inheritIO()
        .start();
  }

  public static void main(String[] arguments) throws IOException {
    FileConfStore store = new FileConfStore(Path.of(arguments[0]));
    String version = store.read().version();
    for (int number = 1; number < Integer.MAX_VALUE; number++) {
      version = store.write(version, content(number)).version();
    }
  }

  /** Every line says which document it belongs to, so that a torn one shows. */
  static byte[] content(int number) {
    return ("msq_len=" + number + "\n").repeat(LINES).getBytes(StandardCharsets.UTF_8);
  }

  static void assertWhole(byte[] content) {
    List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(LINES);
    assertThat(lines).containsOnly(lines.get(0));
  }
}
