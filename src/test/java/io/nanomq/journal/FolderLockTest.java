package io.nanomq.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.journal.FolderLock.FolderInUseException;
import io.nanomq.journal.FolderLock.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who wants a folder learns who has it, and waits only for who ends. */
@Timeout(60)
class FolderLockTest {
  private static final long LONG = 600_000;
  private static final String US = "process " + ProcessHandle.current().pid();

  @TempDir Path folder;

  @Test
  void whoeverHasItIsNamedAndNotWaitedFor() throws IOException {
    try (FolderLock held = take(Patience.NONE)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> take(new Patience(0, LONG)))
          .isInstanceOf(FolderInUseException.class)
          .hasMessageContaining(folder + " is in use by another broker, " + US + ": stop it");
    }
    take(Patience.NONE).close();
  }

  @Test
  void whoeverEndsIsWaitedFor() throws Exception {
    CompletableFuture<FolderLock> next;
    try (FolderLock held = take(Patience.NONE)) {
      held.ending();
      next = CompletableFuture.supplyAsync(() -> waitFor(new Patience(0, LONG)));
      assertThatThrownBy(() -> next.get(50, TimeUnit.MILLISECONDS)).hasMessage(null);
      assertThatThrownBy(() -> take(new Patience(LONG, 0))).hasMessageContaining(US);
    }
    next.get().close();
  }

  /** It says so anew, however the one before has ended. */
  @Test
  void whoeverTakesItFromOneThatHasEndedEndsNot() throws IOException {
    FolderLock before = take(Patience.NONE);
    before.ending();
    before.close();
    try (FolderLock held = take(Patience.NONE)) {
      assertThat(held).isNotNull();
      assertThat(folder.resolve("LOCK")).hasContent(US + "\n");
      assertThatThrownBy(() -> take(new Patience(0, LONG))).hasMessageContaining(US);
    }
  }

  /**
   * Versions before this one say nothing, and what somebody else has written says nothing either.
   */
  @ParameterizedTest
  @ValueSource(strings = {"", "process", "process 12345678901234567890\n", "process -1\n", "\0\0"})
  void whoeverDoesNotSayWhoItIsIsWaitedFor(String said) throws IOException {
    try (FolderLock held = take(Patience.NONE)) {
      assertThat(held).isNotNull();
      Files.writeString(folder.resolve("LOCK"), said);
      assertThatThrownBy(() -> take(new Patience(LONG, 1)))
          .isInstanceOf(FolderInUseException.class)
          .hasMessageContaining("in use by another broker: stop it");
    }
  }

  /**
   * In a folder of somebody else's, as below /tmp, it would be written to any file of the broker's.
   */
  @ParameterizedTest
  @ValueSource(strings = {"LOCK", "FORMAT", "spare-1"})
  void nothingIsWrittenThroughALink(String name, @TempDir Path elsewhere) throws IOException {
    Path file = elsewhere.resolve("precious");
    Files.createSymbolicLink(folder.resolve(name), file);
    assertThatThrownBy(() -> writeAll()).isInstanceOf(IOException.class);
    assertThat(file).doesNotExist();
    Files.writeString(file, "1");
    try {
      writeAll();
    } catch (IOException refused) {
      assertThat(refused).isNotInstanceOf(FolderInUseException.class);
    }
    assertThat(file).hasContent("1");
  }

  private void writeAll() throws IOException {
    try (FileDisk disk = new FileDisk(folder)) {
      disk.create("spare-1", 4096).close();
    }
  }

  private FolderLock take(Patience patience) throws IOException {
    return FolderLock.take(folder, patience);
  }

  private FolderLock waitFor(Patience patience) {
    try {
      return take(patience);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
