package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTransactionTest {
  @TempDir Path folder;
  private Path main;
  private Path key;
  private LoadedConf stored;

  @BeforeEach
  void files() throws Exception {
    main = Confs.write(folder, "etc/nanomq.conf", "msq_len=1\n");
    key = folder.resolve("certs/key.pem");
    stored = ConfLoader.load(new String[0], Map.of(), folder);
  }

  @Test
  void everythingIsWritten() throws Exception {
    FileTransaction.write(stored, Map.of(main, bytes("msq_len=2\n")), Map.of(key, "secret"));
    assertThat(main).hasContent("msq_len=2\n");
    assertThat(key).hasContent("secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
  }

  @Test
  void orNothing() throws Exception {
    Path folderInTheWay = Files.createDirectories(folder.resolve("other.conf"));
    Map<Path, byte[]> contents = new LinkedHashMap<>();
    contents.put(main, bytes("msq_len=2\n"));
    contents.put(folderInTheWay, bytes("x"));
    assertThatThrownBy(() -> FileTransaction.write(stored, contents, Map.of(key, "secret")))
        .isInstanceOf(IOException.class)
        .hasNoSuppressedExceptions();
    assertThat(main).hasContent("msq_len=1\n");
    assertThat(key).doesNotExist();
  }

  @Test
  void anEditOfSomebodyElseStays() throws Exception {
    Files.writeString(main, "msq_len=9\n");
    assertThatThrownBy(
            () -> FileTransaction.write(stored, Map.of(main, bytes("msq_len=2\n")), Map.of()))
        .isInstanceOf(ConfConflictException.class);
    assertThat(main).hasContent("msq_len=9\n");
  }

  @Test
  void theHashIsThatOfTheDocuments() throws Exception {
    String before = stored.hash();
    assertThat(ConfLoader.load(new String[0], Map.of(), folder).hash()).isEqualTo(before);
    Files.writeString(main, "msq_len=9\n");
    assertThat(ConfLoader.load(new String[0], Map.of(), folder).hash()).isNotEqualTo(before);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
