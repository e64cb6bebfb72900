package io.nanomq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.ConfLoader;
import io.nanomq.config.Confs;
import io.nanomq.config.StoreChoice;
import io.nanomq.config.model.SystemConf.Persistence;
import io.nanomq.config.model.SystemConf.Persistence.Durability;
import io.nanomq.persistence.MemorySessionStore;
import io.nanomq.persistence.SessionStores;
import io.nanomq.persistence.StoreStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurabilityTest {
  @TempDir Path folder;

  private Persistence fsync(Path where) {
    return new Persistence(Durability.FSYNC, true, where.toString(), 16L << 20, 1000);
  }

  @Test
  void nothingIsOpenedWhereNothingLasts() {
    var conf = new Persistence(Durability.NONE, true, folder.toString(), 0, 1000);
    assertThat(StoreOpening.open(conf)).isInstanceOf(MemorySessionStore.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderIsOfOneBroker() {
    try (SessionStores first = StoreOpening.open(fsync(folder))) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> StoreOpening.open(fsync(folder), 1))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("in use by another broker");
    }
    StoreOpening.open(fsync(folder)).close();
  }

  @Test
  void aFolderThatIsMadeIsForItsOwnerAlone() throws Exception {
    Path made = folder.resolve("data/nanomq");
    StoreOpening.open(fsync(made)).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
        .isEqualTo("rwx------");
  }

  @Test
  void aFolderIsWaitedForWhileItsBrokerEnds() {
    SessionStores first = StoreOpening.open(fsync(folder));
    var closing = CompletableFuture.runAsync(first::close);
    StoreOpening.open(fsync(folder), 60_000).close();
    assertThat(closing).succeedsWithin(60, TimeUnit.SECONDS);
  }

  /** What nobody has asked for is done without, and told. */
  @Test
  void theDefaultIsDoneWithoutWhereItsFolderCannotBeHad() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    var usual = new Persistence(Durability.FSYNC, false, file.toString(), 16L << 20, 1000);
    StoreStatus there = StoreOpening.open(usual).status();
    assertThat(there.durability()).isEqualTo("none");
    assertThat(there.problem()).contains("persistence.dir " + file);

    Path used = folder.resolve("used");
    try (SessionStores first = StoreOpening.open(fsync(used))) {
      assertThat(first.status()).isEqualTo(new StoreStatus("fsync", used.toString(), ""));
      var same = new Persistence(Durability.FSYNC, false, used.toString(), 16L << 20, 1000);
      assertThat(StoreOpening.open(same, 1).status().problem())
          .contains("in use by another broker");
    }
  }

  /** What was acknowledged is in it: to begin with nothing is for somebody to decide. */
  @Test
  void whatIsThereAndCannotBeReadStopsTheDefaultToo() throws IOException {
    StoreOpening.open(fsync(folder)).close();
    Files.writeString(folder.resolve("FORMAT"), "2\n");
    var usual = new Persistence(Durability.FSYNC, false, folder.toString(), 16L << 20, 1000);
    assertThatThrownBy(() -> StoreOpening.open(usual))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("format 2");
  }

  @Test
  void aFolderThatCannotBeOneIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> StoreOpening.open(fsync(file)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("persistence.dir " + file);
  }

  @Test
  void aFolderOfAnotherFormatIsLeftAlone() throws IOException {
    StoreOpening.open(fsync(folder)).close();
    Files.writeString(folder.resolve("FORMAT"), "2\n");
    assertThatThrownBy(() -> StoreOpening.open(fsync(folder)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("format 2")
        .hasMessageContaining("use the version that wrote it");
    Files.writeString(folder.resolve("FORMAT"), "1\n");
    StoreOpening.open(fsync(folder)).close();
  }

  @Test
  void keysSayWhatIsKeptWhere() throws Exception {
    String document =
        """
        persistence {
          durability = async
          dir = "/var/lib/x"
          max_bytes = 77MB
          sync_interval = 70ms
        }
        """;
    assertThat(Confs.conf(document).system().persistence())
        .isEqualTo(new Persistence(Durability.ASYNC, true, "/var/lib/x", 77L << 20, 70));
  }

  @Test
  void keysOfNanomqCountWhereOursDoNot() throws Exception {
    String former = "msg_persistence=sqlite\nsqlite.mounted_file_path=/var/lib/x\n";
    assertThat(Confs.conf(former).system().persistence())
        .isEqualTo(new Persistence(Durability.ASYNC, true, "/var/lib/x", 0, 1000));
    assertThat(Confs.conf(former + "persistence.durability=fsync\npersistence.dir=/d\n"))
        .satisfies(
            conf ->
                assertThat(conf.system().persistence())
                    .isEqualTo(new Persistence(Durability.FSYNC, true, "/d", 0, 1000)));
    assertThat(Confs.conf(former + "sqlite.enable=false\n").system().persistence().durability())
        .isEqualTo(Durability.NONE);
    assertThat(Confs.conf("msg_persistence=memory\n").system().persistence().durability())
        .isEqualTo(Durability.NONE);
    // Its examples name /tmp, and nobody has asked for anything there.
    assertThat(folder("sqlite.mounted_file_path=/tmp/\n")).isEqualTo("/nowhere/etc/data/nanomq");
  }

  private static String folder(String document, String... arguments) throws Exception {
    return Confs.load(document, arguments).conf().system().persistence().folder();
  }

  @Test
  void aFileHasAFolderOfItsOwnBesideIt() throws Exception {
    Persistence usual = Confs.conf("url=nmq-tcp://127.0.0.1:0\n").system().persistence();
    assertThat(usual)
        .isEqualTo(new Persistence(Durability.FSYNC, false, "/nowhere/etc/data/nanomq", 0, 1000));
    assertThat(folder("persistence.dir=store\n")).isEqualTo("/nowhere/etc/store");
    assertThat(folder("persistence.dir=/var/x\n")).isEqualTo("/var/x");
    Path second = Files.writeString(folder.resolve("second.conf"), "msq_len=7\n");
    Path third = Files.writeString(folder.resolve("third"), "msq_len=7\n");
    assertThat(folder("", "--conf", second.toString())).isEqualTo(folder + "/data/second");
    assertThat(folder("", "--conf", third.toString())).isEqualTo(folder + "/data/third");
  }

  @Test
  void withoutAFileThereIsNoFolderButOneThatIsNamed() throws Exception {
    assertThat(Confs.conf("").system().persistence())
        .isEqualTo(new Persistence(Durability.NONE, false, "", 0, 1000));
    var named = Map.of("NANOMQ_PERSISTENCE_DIR", "/var/lib/nanomq");
    assertThat(Confs.load("", named).conf().system().persistence())
        .isEqualTo(new Persistence(Durability.FSYNC, false, "/var/lib/nanomq", 0, 1000));
  }

  @Test
  void aConfigMapIsNoFolder() throws Exception {
    var pod = Map.of("NANOMQ_CONFIG_STORE", "configmap", "NANOMQ_CONFIG_CONFIGMAP", "nanomq");
    Map<Path, byte[]> document =
        Map.of(StoreChoice.of(new String[0], pod).document(), "msq_len=7\n".getBytes(UTF_8));
    var loaded = ConfLoader.load(new String[0], pod, Path.of("/"), document, null);
    assertThat(loaded.conf().system().persistence().durability()).isEqualTo(Durability.NONE);
    var mounted = new HashMap<>(pod);
    mounted.put("NANOMQ_PERSISTENCE_DIR", "/var/lib/nanomq");
    loaded = ConfLoader.load(new String[0], mounted, Path.of("/"), document, null);
    assertThat(loaded.conf().system().persistence())
        .isEqualTo(new Persistence(Durability.FSYNC, false, "/var/lib/nanomq", 0, 1000));
  }
}
