package io.nanomq.control.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopWatchdogTest {
  /** A process whose stop hangs, in a shutdown hook as a stop does, or does not. */
  static final class Stopping {
    private Stopping() {}

    public static void main(String[] args) {
      StopWatchdog.start(Long.parseLong(args[1]));
      if (args[0].equals("hangs")) {
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                    }));
      }
      System.exit(0);
    }
  }

  @ParameterizedTest
  @CsvSource({"hangs, 300, 70, the stop hangs", "ends, 60000, 0, ''"})
  void aStopThatHangsEndsTheProcess(String what, String patience, int code, String says)
      throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Stopping.class.getName(),
                what,
                patience)
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.exitValue()).isEqualTo(code);
      assertThat(out).contains(says);
    } finally {
      process.destroyForcibly();
    }
  }
}
