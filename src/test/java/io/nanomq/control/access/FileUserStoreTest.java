package io.nanomq.control.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nanomq.api.LogLines;
import io.nanomq.config.store.FileConfStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A user file that breaks or vanishes changes nothing, and that is said. */
@Timeout(60)
class FileUserStoreTest {
  @TempDir Path folder;
  private final List<Map<String, String>> told = new CopyOnWriteArrayList<>();
  private final LogLines log = new LogLines(SideDocument.class.getName());
  private Path file;
  private FileUserStore store;
  private AutoCloseable watch;

  @BeforeEach
  void open() throws IOException {
    file = Files.writeString(folder.resolve("users.conf"), "\"ann\": \"one\"\n");
    store = new FileUserStore(new FileConfStore(file, Clock.systemUTC(), Duration.ofMillis(10)));
    watch = store.watch(told::add);
  }

  @AfterEach
  void close() throws Exception {
    watch.close();
    log.close();
  }

  /** Beside it and then in its place, as editors do: half a file may be a valid one. */
  private void edit(String text) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), text);
    Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void aBrokenFileIsToldToTheLogAlone() throws Exception {
    edit("\"ann\": \"one\"\nbroken secret\n");
    await().until(() -> !log.lines().isEmpty());
    assertThat(told).isEmpty();
    assertThat(log.lines().get(0))
        .startsWith("What was read before stays in force: ")
        .contains("users.conf", "line 2")
        .doesNotContain("secret");
    assertThatThrownBy(store::read).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> store.change("bob", all -> Optional.of("hash")))
        .isInstanceOf(IOException.class);
    assertThat(Files.readString(file)).as("left as it is").contains("broken");
    edit("\"bob\": \"two\"\n");
    await().until(() -> told.contains(Map.of("bob", "two")));
  }

  @Test
  void aVanishedFileTakesNobodyAway() throws Exception {
    Files.delete(file);
    await().until(() -> !log.lines().isEmpty());
    assertThat(told).isEmpty();
    assertThat(log.lines().get(0)).contains("users.conf is not there, or cannot be read");
    edit("\"ann\": \"three\"\n");
    await().until(() -> told.contains(Map.of("ann", "three")));
  }

  /** A file with the new one alone would take all others away. */
  @Test
  void nobodyIsAddedToAFileThatVanished() throws Exception {
    assertThat(store.read()).containsOnlyKeys("ann");
    Files.delete(file);
    assertThatThrownBy(() -> store.change("bob", all -> Optional.of("hash")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("users.conf is gone");
    assertThat(file).doesNotExist();
    edit("\"ann\": \"one\"\n");
    assertThat(store.change("bob", all -> Optional.of("hash"))).containsOnlyKeys("ann", "bob");
  }

  @Test
  void aFileThatHasNotBeenThereIsMade() throws Exception {
    Path fresh = folder.resolve("fresh.conf");
    var first =
        new FileUserStore(new FileConfStore(fresh, Clock.systemUTC(), Duration.ofMillis(10)));
    assertThat(first.read()).isEmpty();
    assertThat(first.change("bob", all -> Optional.of("hash"))).containsOnlyKeys("bob");
    Files.delete(fresh);
    assertThatThrownBy(first::read).isInstanceOf(IOException.class);
  }

  @Test
  void anEmptyFileIsOneWithoutUsers() throws Exception {
    edit("# nobody\n");
    await().until(() -> told.contains(Map.of()));
  }

  /** Who writes at the same time as somebody else loses nothing of either. */
  @Test
  void twoWhoWriteAtOnceAreBothHeard() throws Exception {
    Map<String, String> all =
        store.change(
            "bob",
            before -> {
              if (!before.containsKey("eve")) {
                editQuietly("\"ann\": \"one\"\n\"eve\": \"three\"\n");
              }
              return Optional.of("hash");
            });
    assertThat(all).containsOnlyKeys("ann", "eve", "bob");
    assertThat(store.read()).isEqualTo(all);
  }

  private void editQuietly(String text) {
    try {
      edit(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
