package io.nanomq.control.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
  private static final String PID = ProcessHandle.current().pid() + "\n";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void path() {
    file = folder.resolve("nanomq.pid");
  }

  @Test
  void thePidIsThereUntilTheBrokerStops() {
    PidFile.write(file);
    assertThat(file).hasContent(PID);
    PidFile.delete(file);
    assertThat(file).doesNotExist();
  }

  @Test
  void thePidOfAnEarlierRunIsReplacedAndThatOfALaterOneIsLeft() throws IOException {
    Files.writeString(file, "1\n");
    PidFile.write(file);
    assertThat(file).hasContent(PID);
    Files.writeString(file, "2\n");
    PidFile.delete(file);
    assertThat(file).hasContent("2\n");
  }

  @Test
  void nothingElseIsWrittenOver() throws IOException {
    Path other = Files.writeString(folder.resolve("passwd"), "root:x:0:0\n");
    PidFile.write(other);
    PidFile.delete(other);
    assertThat(other).hasContent("root:x:0:0\n");
    Path empty = Files.writeString(folder.resolve("empty"), "");
    Files.createSymbolicLink(file, empty);
    PidFile.write(file);
    assertThat(empty).isEmptyFile();
    PidFile.write(folder.resolve("nowhere").resolve("nanomq.pid"));
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }
}
