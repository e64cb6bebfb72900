package io.nanomq.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of the log that cannot be opened again. */
class LogFileTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private LogFile open(File file, long bytes) throws IOException {
    var outage = new Outage(file.toString(), new PrintStream(said, true, UTF_8));
    LogFile log = new LogFile(file, bytes, 1, outage);
    log.setFormatter(new PatternFormatter("%s%n"));
    return log;
  }

  private static void write(LogFile log, String line) {
    log.publish(new ExtLogRecord(Level.INFO, line, LogFileTest.class.getName()));
  }

  @Test
  void aFileThatCannotBeOpenedAfterARotationIsOpenedLater() throws Exception {
    Path within = Files.createDirectory(folder.resolve("within"));
    Path file = within.resolve("nanomq.log");
    LogFile log = open(file.toFile(), 10);
    write(log, "more than ten bytes");
    Files.move(within, folder.resolve("away"));
    Files.createFile(within); // no folder now
    for (int i = 0; i < 3; i++) {
      write(log, "lost");
    }
    assertThat(told()).hasSize(1).allMatch(line -> line.contains(", and lines are lost: "));
    Files.delete(within);
    write(log, "back");
    assertThat(Files.readAllLines(file)).containsExactly("back");
    assertThat(told()).hasSize(2).last().asString().matches(".* again; lines that are lost: \\d+");
    log.close();
  }

  private List<String> told() {
    return said.toString(UTF_8).lines().toList();
  }
}
