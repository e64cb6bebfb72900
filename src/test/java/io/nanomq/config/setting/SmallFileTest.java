package io.nanomq.config.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.machine.MachineCheck;
import io.nanomq.tls.PemSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SmallFileTest {
  @TempDir Path folder;

  @Test
  void upToTheLimitAndThroughLinks() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "four");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);

    assertThat(SmallFile.read(link, 4)).asString().isEqualTo("four");
    assertThatThrownBy(() -> SmallFile.read(link, 3))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("longer than 3 bytes");
  }

  @Test
  void whatIsNoFile() {
    assertThatThrownBy(() -> SmallFile.read(folder, 4)).hasMessageContaining("no regular file");
    assertThatThrownBy(() -> SmallFile.read(Path.of("/dev/zero"), 4))
        .hasMessageContaining("no regular file");
    assertThatThrownBy(() -> SmallFile.read(folder.resolve("nosuch"), 4))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(folder.resolve("nosuch") + ": no such file");
  }

  /** Each of these was read until memory ended, or waited for, for ever. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "include \"/dev/zero\"\nmqtt {}\n",
        "include \"pipe\"\nmqtt {}\n",
        "http_server { password = \"${file:/dev/zero}\" }\n",
        "listeners.ssl { enable = true, keyfile = \"/dev/zero\", certfile = \"/dev/zero\" }\n",
      })
  void aDeviceOrAPipeIsAProblemOfTheConfiguration(String text) throws Exception {
    assertThat(new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start().waitFor())
        .isZero();
    Path document = Files.writeString(folder.resolve("nanomq.conf"), text);

    assertThat(problems(document)).anyMatch(problem -> problem.contains("no regular file"));
  }

  private List<String> problems(Path document) {
    String[] arguments = {"--conf", document.toString()};
    try {
      LoadedConf loaded = Confs.load(arguments, Map.of(), folder);
      return MachineCheck.problems(loaded, folder, Clock.systemUTC(), PemSource.DISK, 0).stream()
          .map(ConfProblem::toString)
          .toList();
    } catch (ConfException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }
}
