package io.nanomq.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nanomq.config.model.LogConf;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogOutputsTest {
  private static final long BYTES = 10_000_000;
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  @TempDir Path folder;
  private final Logger root = LogContext.create().getLogger("");
  private final Logger logger = root.getLogContext().getLogger("io.nanomq.test");
  private final ConsoleHandler console = new ConsoleHandler();
  private LogOutputs outputs;

  @BeforeEach
  void open() {
    root.addHandler(console);
    outputs = new LogOutputs(root, folder.resolve("dev-log"), System.err);
  }

  @AfterEach
  void close() {
    outputs.close();
  }

  private LogConf conf(List<String> to, String level, long bytes, boolean json) {
    String socket = "ipc://" + folder.resolve("uds");
    return new LogConf(to, level, folder.toString(), "nanomq.log", socket, bytes, 2, json);
  }

  private List<String> lines() {
    try {
      Path file = folder.resolve("nanomq.log");
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean consoleIsOn() {
    return console.getLevel() != Level.OFF;
  }

  @Test
  void aFileGetsWhatTheLevelLetsThrough() {
    outputs.use(conf(List.of("file"), "warn", BYTES, false));
    logger.log(Level.INFO, "too little");
    logger.log(Level.WARNING, "one");
    logger.log(Level.SEVERE, "two");
    await().until(() -> lines().size() == 2);
    assertThat(lines().get(0)).contains("WARN").endsWith("one");
    assertThat(lines().get(1)).endsWith("two");
    assertThat(consoleIsOn()).isFalse();
  }

  @Test
  void aLineIsAJsonObjectWhereThatIsWanted() {
    outputs.use(conf(List.of("file", "console"), "info", BYTES, true));
    logger.log(Level.INFO, "say \"it\"");
    await().until(() -> lines().size() == 1);
    assertThat(lines().get(0))
        .startsWith("{")
        .contains("\"message\":\"say \\\"it\\\"\"", "\"level\":\"INFO\"");
    assertThat(consoleIsOn()).isTrue();
  }

  /** A client may be called whatever it likes, and be told of in a line. */
  @Test
  void nobodyWritesALineOrAnEscapeSequenceIntoALog() {
    outputs.use(conf(List.of("file"), "info", BYTES, false));
    logger.log(Level.INFO, "Client dev\r\n2026-01-01 INFO forged \u001b[2J\u0085 %s is gone");
    logger.log(Level.INFO, "Client {0} is gone", "a\nb");
    logger.log(Level.INFO, "trace", new IllegalStateException("here"));
    await().until(() -> lines().size() > 3);
    assertThat(lines().get(0))
        .endsWith("Client dev\\u000d\\u000a2026-01-01 INFO forged \\u001b[2J\\u0085 %s is gone");
    assertThat(lines().get(1)).endsWith("Client a\\u000ab is gone");
    assertThat(lines().get(2)).endsWith("trace: java.lang.IllegalStateException: here");
    assertThat(lines().get(3)).startsWith("\tat ");
  }

  /** As where the disk is full: what cannot be written is lost, and nobody is held up. */
  @Test
  void aFileThatCannotBeRotatedHoldsNobodyUp() throws Exception {
    Files.createDirectories(folder.resolve("nanomq.log.1").resolve("in-the-way"));
    Files.createDirectories(folder.resolve("nanomq.log.2").resolve("in-the-way"));
    outputs.use(conf(List.of("file"), "info", 512, false));
    for (int i = 0; i < 100; i++) {
      logger.log(Level.INFO, "line " + i + " of a log that has nowhere to go");
    }
    outputs.use(conf(List.of("console"), "info", 512, false));
    outputs.use(conf(List.of("file"), "info", BYTES, false));
    logger.log(Level.INFO, "and on it goes");
    await().until(() -> lines().stream().anyMatch(line -> line.endsWith("and on it goes")));
  }

  @Test
  void filesAreRotatedAndTheOldestGo() {
    outputs.use(conf(List.of("file"), "info", 1024, false));
    for (int i = 0; i < 100; i++) {
      logger.log(Level.INFO, "line " + i + " " + "x".repeat(100));
    }
    logger.log(Level.INFO, "last");
    await().until(() -> lines().stream().anyMatch(line -> line.endsWith("last")));
    assertThat(folder.resolve("nanomq.log.1")).exists();
    assertThat(folder.resolve("nanomq.log.2")).exists();
    assertThat(folder.resolve("nanomq.log.3")).doesNotExist();
  }

  @Test
  void whatIsNoFileIsNotWrittenToAndTheConsoleStays() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "mine\n");
    Files.createSymbolicLink(folder.resolve("nanomq.log"), other);
    outputs.use(conf(List.of("file"), "info", BYTES, false));
    logger.log(Level.INFO, "x");
    outputs.close();
    assertThat(other).hasContent("mine\n");
    assertThat(consoleIsOn()).isTrue();
  }

  @Test
  void anotherConfigurationTakesThePlaceOfTheOneBefore() {
    outputs.use(conf(List.of("file"), "info", BYTES, false));
    logger.log(Level.INFO, "before");
    await().until(() -> lines().size() == 1);
    outputs.use(conf(List.of("console"), "error", BYTES, false));
    logger.log(Level.SEVERE, "after");
    assertThat(root.getHandlers()).containsExactly(console);
    assertThat(root.getLevel()).isEqualTo(org.jboss.logmanager.Level.ERROR);
    assertThat(lines()).hasSize(1);
    assertThat(consoleIsOn()).isTrue();
  }

  /** The log manager's own queue forgets its file where its thread ends first. */
  @Test
  void noFileIsLeftOpenAndAllLinesAreWritten() throws IOException {
    for (int i = 0; i < 200; i++) {
      outputs.use(conf(List.of("file"), "info", BYTES, false));
      logger.log(Level.INFO, "line " + i);
      outputs.use(conf(List.of("console"), "info", BYTES, false));
      assertThat(lines()).last().asString().endsWith("line " + i);
    }
    assumeTrue(Files.exists(DESCRIPTORS), "Linux only");
    try (Stream<Path> all = Files.list(DESCRIPTORS)) {
      assertThat(all.filter(this::leadsToOurs)).isEmpty();
    }
  }

  private boolean leadsToOurs(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(folder);
    } catch (IOException gone) {
      return false;
    }
  }

  @Test
  void aUnixSocketGetsLines() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(folder.resolve("uds")));
      outputs.use(conf(List.of("uds"), "info", BYTES, false));
      logger.log(Level.INFO, "to the socket");
      var reader = new BufferedReader(Channels.newReader(server.accept(), StandardCharsets.UTF_8));
      assertThat(reader.readLine()).endsWith("to the socket");
    }
  }
}
