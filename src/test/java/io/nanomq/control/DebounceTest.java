package io.nanomq.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.store.ConfStore;
import io.nanomq.config.store.StoredConf;
import io.nanomq.tls.FilePemStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moments pass when the test says so. */
class DebounceTest {
  private static final String LOCKED = "msq_len=6\nallow_anonymous=false\n";

  @TempDir Path folder;

  private final SerialWork work = new SerialWork("test-conf", 16, 30);
  private final Queue<Runnable> moments = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> retries = new ConcurrentLinkedQueue<>();
  private final List<Debounce.Look> settled = new ArrayList<>();
  private Path main;
  private Debounce debounce;

  @BeforeEach
  void document() throws Exception {
    Files.createDirectory(folder.resolve("etc"));
    main = Files.writeString(folder.resolve("etc/nanomq.conf"), LOCKED);
    debounce = debounce(null);
  }

  @AfterEach
  void close() {
    debounce.close();
    work.close();
  }

  private Debounce debounce(ConfStore store) throws Exception {
    List<String> arguments = List.of();
    ConfInputs inputs = new ConfInputs(arguments, Map.of(), folder);
    var started = inputs.load(Map.of(), null);
    var documents =
        new ConfDocuments(inputs, started, store, new FilePemStore(), Clock.systemUTC());
    return new Debounce(work, documents, moments::add, retries::add, settled::add);
  }

  @Test
  void aTextThatIsOnItsWayIsNotTaken() throws Exception {
    write("");
    changed();
    write("msq_len=7\n");
    pass(moments);
    write("msq_len=7\nallow_anonymous=false\n");
    pass(moments);
    assertThat(settled).isEmpty();

    pass(moments);

    assertThat(settled).hasSize(1);
    assertThat(settled.get(0).stored().loaded().conf().auth().allowAnonymous()).isFalse();
    assertThat(moments).isEmpty();
  }

  @Test
  void whatIsBrokenHasToStayBroken() throws Exception {
    write("msq_len=\n");
    changed();
    write("msq_len=7");
    pass(moments);
    write("");
    pass(moments);
    assertThat(settled).isEmpty();
    pass(moments);

    assertThat(settled).hasSize(1);
    assertThat(settled.get(0).broken()).hasMessageContaining("is empty");
  }

  @Test
  void theSameHalfOfATextTwiceIsNotTaken() throws Exception {
    write("msq_len=7\n");
    Files.setLastModifiedTime(main, FileTime.fromMillis(1_000));
    changed();
    write("msq_len=7\n");
    Files.setLastModifiedTime(main, FileTime.fromMillis(2_000));
    pass(moments);
    assertThat(settled).isEmpty();

    write("msq_len=7\nallow_anonymous=false\n");
    pass(moments);
    pass(moments);
    assertThat(settled).hasSize(1);
    assertThat(settled.get(0).stored().loaded().conf().auth().allowAnonymous()).isFalse();
  }

  @Test
  void anIncludedFileOnItsWayCountsToo() throws Exception {
    write("include \"auth.conf\"\nmqtt {}\n");
    Path auth = Files.writeString(folder.resolve("etc/auth.conf"), "log {}\n");
    changed();
    Files.writeString(auth, "auth.allow_anonymous = false\n");
    pass(moments);
    assertThat(settled).isEmpty();
    pass(moments);
    assertThat(settled).hasSize(1);
  }

  @Test
  void manyChangesWaitForOneSecondLook() throws Exception {
    for (int i = 0; i < 5; i++) {
      changed();
    }
    assertThat(moments).hasSize(1);
    pass(moments);
    changed();
    pass(moments);
    assertThat(settled).hasSize(2);
  }

  @Test
  void aStoreThatDoesNotAnswerIsLookedAtLater() throws Exception {
    var store = new AwayStore();
    debounce = debounce(store);
    changed();
    assertThat(moments).isEmpty();
    pass(retries);
    assertThat(retries).hasSize(1);
    store.isAway = false;
    pass(retries);
    pass(moments);
    assertThat(settled).hasSize(1);
    store.isAway = true;
    changed();
    debounce.close();
    pass(retries);
    assertThat(retries).isEmpty();
  }

  private void write(String text) throws IOException {
    Files.writeString(main, text);
  }

  private void changed() throws Exception {
    debounce.changed();
    done();
  }

  private void pass(Queue<Runnable> time) throws Exception {
    time.remove().run();
    done();
  }

  /** What was begun is over. */
  private void done() throws Exception {
    work.submit(() -> 0).get(30, TimeUnit.SECONDS);
  }

  private static final class AwayStore implements ConfStore {
    private volatile boolean isAway = true;

    @Override
    public String name() {
      return "away";
    }

    @Override
    public StoredConf read() throws IOException {
      if (isAway) {
        throw new IOException("no answer");
      }
      byte[] bytes = LOCKED.getBytes(StandardCharsets.UTF_8);
      return new StoredConf("1", bytes);
    }

    @Override
    public StoredConf write(String expectedVersion, byte[] bytes) throws IOException {
      throw new IOException("read-only");
    }

    @Override
    public Watch watch(Consumer<StoredConf> listener) {
      return () -> {};
    }
  }
}
