package io.nanomq.config.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nanomq.config.document.HashedDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileConfStoreTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsRead() throws Exception {
    FileConfStore store = store("new/nanomq.conf");
    assertThat(store.read()).isEqualTo(new StoredConf(ConfStore.ABSENT, new byte[0]));

    StoredConf written = store.write(ConfStore.ABSENT, bytes("a=1\n"));

    assertThat(store.read()).isEqualTo(written);
    assertThat(written.version()).isEqualTo(written.hash());
    assertThat(mode(folder.resolve("new/nanomq.conf"))).isEqualTo("rw-------");
    assertThat(names(folder.resolve("new"))).containsExactly("nanomq.conf");
  }

  @Test
  void somebodyElsesEditIsNotOverwritten() throws Exception {
    Path file = Files.writeString(folder.resolve("nanomq.conf"), "a=1\n");
    FileConfStore store = store("nanomq.conf");
    String version = store.read().version();
    Files.writeString(file, "a=2\n");

    assertThatThrownBy(() -> store.write(version, bytes("a=3\n")))
        .isInstanceOf(ConfConflictException.class)
        .hasMessageContaining("was changed by somebody else");
    assertThat(file).hasContent("a=2\n");
    assertThat(names(folder)).containsExactly("nanomq.conf");
  }

  @Test
  void modeAndOwnerStay() throws Exception {
    Path file = Files.writeString(folder.resolve("nanomq.conf"), "a=1\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r-x"));
    var owner = Files.getOwner(file);
    FileConfStore store = store("nanomq.conf");
    store.write(store.read().version(), bytes("a=2\n"));

    assertThat(mode(file)).isEqualTo("rw-r--r-x");
    assertThat(Files.getOwner(file)).isEqualTo(owner);
  }

  @Test
  void linksOfAMountedVolumeStay() throws Exception {
    Path data = Files.createDirectories(folder.resolve("..2026_11_22"));
    Files.writeString(data.resolve("nanomq.conf"), "a=1\n");
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_11_22"));
    Path link =
        Files.createSymbolicLink(folder.resolve("nanomq.conf"), Path.of("..data", "nanomq.conf"));
    FileConfStore store = store("nanomq.conf");
    store.write(store.read().version(), bytes("a=2\n"));

    assertThat(link).isSymbolicLink();
    assertThat(folder.resolve("..data")).isSymbolicLink();
    assertThat(data.resolve("nanomq.conf")).hasContent("a=2\n");
  }

  @Test
  void aReadOnlyFileSystemIsSaidClearly() {
    FileConfStore store = store("nanomq.conf");
    for (Exception e :
        List.of(
            new ReadOnlyFileSystemException(),
            new FileSystemException("/x/.nanomq.conf.1.tmp", null, "Read-only file system"))) {
      assertThat(store.clear(e))
          .hasMessageStartingWith(folder.resolve("nanomq.conf") + " is on a read-only file system")
          .hasCause(e);
    }
    assertThat(store.clear(new AccessDeniedException("/x")))
        .hasMessageContaining("may not be written by this process");
  }

  /** Such as a full disk, of which the system's words name no file. */
  @Test
  void aWriteThatFailsNamesTheFile() throws Exception {
    FileConfStore store = store("nanomq.conf");
    StoredConf before = store.read();
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> store.write(before.version(), new byte[] {'a'}))
          .hasMessageStartingWith(folder.resolve("nanomq.conf") + " cannot be written: ");
    } finally {
      Thread.interrupted();
    }
    assertThat(store.clear(new IOException("No space left on device")))
        .hasMessage(folder.resolve("nanomq.conf") + " cannot be written: No space left on device");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void leftoversOfACrashAreRemoved() throws Exception {
    Path old = Files.writeString(folder.resolve(".nanomq.conf.1.tmp"), "half");
    Path young = Files.writeString(folder.resolve(".nanomq.conf.2.tmp"), "half");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(120)));
    store("nanomq.conf").write(ConfStore.ABSENT, bytes("a=1\n"));
    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void changesAreTold() throws Exception {
    Path file = Files.writeString(folder.resolve("nanomq.conf"), "a=1\n");
    FileConfStore store = new FileConfStore(file, Clock.systemUTC(), Duration.ofMillis(20));
    List<String> told = new CopyOnWriteArrayList<>();
    try (ConfStore.Watch watch =
        store.watch(
            stored -> {
              told.add(new String(stored.bytes(), StandardCharsets.UTF_8));
              throw new IllegalStateException("a listener that fails");
            })) {
      replace(file, "a=2\n");
      await().untilAsserted(() -> assertThat(told).containsExactly("a=2\n"));
      replace(file, "a=3\n");
      await().untilAsserted(() -> assertThat(told).containsExactly("a=2\n", "a=3\n"));
    }
  }

  /** Between two looks, so that the document is what it was at the look before. */
  @Test
  void anEditThatTakesBackAWriteOfOursIsTold() throws Exception {
    Path file = Files.writeString(folder.resolve("nanomq.conf"), "a=1\n");
    FileConfStore store = new FileConfStore(file, Clock.systemUTC(), Duration.ofMillis(300));
    List<String> told = new CopyOnWriteArrayList<>();
    try (ConfStore.Watch watch =
        store.watch(stored -> told.add(new String(stored.bytes(), StandardCharsets.UTF_8)))) {
      store.write(store.read().version(), "a=2\n".getBytes(StandardCharsets.UTF_8));
      replace(file, "a=1\n");
      await().untilAsserted(() -> assertThat(told).endsWith("a=1\n"));
    }
  }

  @Test
  void whatCannotBeReadAnyMoreIsToldOnce() throws Exception {
    Path file = Files.writeString(folder.resolve("nanomq.conf"), "a=1\n");
    FileConfStore store = new FileConfStore(file, Clock.systemUTC(), Duration.ofMillis(20));
    List<String> told = new CopyOnWriteArrayList<>();
    try (ConfStore.Watch watch = store.watch(stored -> told.add(stored.version()))) {
      Files.delete(file);
      await().untilAsserted(() -> assertThat(told).containsExactly(ConfStore.ABSENT));
      Files.createDirectory(file);
      await().untilAsserted(() -> assertThat(told).contains(ConfStore.UNREADABLE));
      Files.delete(file);
      Files.createSymbolicLink(file, Path.of("nowhere"));
      await().untilAsserted(() -> assertThat(told).endsWith(ConfStore.ABSENT));
    }
    assertThat(told).containsExactly(ConfStore.ABSENT, ConfStore.UNREADABLE, ConfStore.ABSENT);
  }

  /** The file is an old one or a new one, whole, whenever the writer is killed. */
  @Tag("slow")
  @Test
  void aKilledWriterLeavesAWholeFile() throws Exception {
    Path file = Files.write(folder.resolve("nanomq.conf"), StoreWriter.content(0));
    for (int round = 0; round < 8; round++) {
      String before = HashedDocument.hash(Files.readAllBytes(file));
      Process writer = StoreWriter.start(file);
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> !HashedDocument.hash(Files.readAllBytes(file)).equals(before));
      Thread.sleep(7 * round);
      writer.destroyForcibly().waitFor();
      StoreWriter.assertWhole(Files.readAllBytes(file));
    }
    FileConfStore store = store("nanomq.conf");
    store.write(store.read().version(), bytes("a=1\n"));
    assertThat(file).hasContent("a=1\n");
  }

  /** Without the moment in which the file is empty. */
  private static void replace(Path file, String text) throws IOException {
    Path next = Files.writeString(file.resolveSibling("next"), text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private FileConfStore store(String name) {
    return new FileConfStore(folder.resolve(name));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
