package io.nanomq.control.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.OutOfDirectMemoryError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OutOfMemoryExitTest {
  private final List<Integer> exits = new ArrayList<>();
  private final OutOfMemoryExit handler = new OutOfMemoryExit(exits::add);

  static Stream<Throwable> ends() {
    return Stream.of(
        new OutOfMemoryError("Java heap space"),
        new OutOfMemoryError("GC overhead limit exceeded"),
        new OutOfMemoryError(),
        new IllegalStateException(new RuntimeException(new OutOfMemoryError("Java heap space"))));
  }

  static Stream<Throwable> goesOn() {
    Throwable own = new IllegalStateException("a");
    own.initCause(new IllegalStateException("b", own));
    return Stream.of(
        new OutOfMemoryError("Cannot reserve 4194304 bytes of direct buffer memory"),
        new StackOverflowError(),
        new IllegalStateException("anything"),
        own);
  }

  @ParameterizedTest
  @MethodSource("ends")
  void whoIsOutOfHeapEndsTheProcessWhetherItWasCaughtOrNot(Throwable failure) {
    LogRecord logged = new LogRecord(Level.WARNING, "A task raised an exception");
    logged.setThrown(failure);
    handler.publish(logged);
    assertThat(exits).containsExactly(3);
    List<Throwable> others = new ArrayList<>();
    handler
        .before((thread, thrown) -> others.add(thrown))
        .uncaughtException(Thread.currentThread(), failure);
    assertThat(exits).containsExactly(3, 3);
    assertThat(others).as("where the process did not end").containsExactly(failure);
  }

  @ParameterizedTest
  @MethodSource("goesOn")
  void anythingElseDoesNot(Throwable failure) {
    LogRecord logged = new LogRecord(Level.SEVERE, "failed");
    logged.setThrown(failure);
    handler.publish(logged);
    handler.before((thread, thrown) -> {}).uncaughtException(Thread.currentThread(), failure);
    assertThat(exits).isEmpty();
  }

  @Test
  void aRecordWithoutAFailureIsNothing() {
    handler.publish(new LogRecord(Level.INFO, "OutOfMemoryError"));
    handler.publish(null);
    assertThat(exits).isEmpty();
    assertThat(OutOfDirectMemoryError.class.getSuperclass()).isEqualTo(OutOfMemoryError.class);
  }

  /** Netty catches the error in a task, logs it, and would go on. */
  @Test
  void anEventLoopThatIsOutOfHeapEndsItsProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                System.getProperty("java.class.path"),
                HeapFiller.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it hangs").isTrue();
      assertThat(process.exitValue()).isEqualTo(3);
    } finally {
      process.destroyForcibly();
    }
  }
}
