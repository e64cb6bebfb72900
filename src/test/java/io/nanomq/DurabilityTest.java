package io.nanomq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.Confs;
import io.nanomq.config.StoreChoice;
import io.nanomq.config.model.SystemConf.Persistence;
import io.nanomq.config.model.SystemConf.Persistence.Durability;
import io.nanomq.journal.FolderLock.Patience;
import io.nanomq.persistence.MemorySessionStore;
import io.nanomq.persistence.SessionStores;
import io.nanomq.persistence.StoreClock;
import io.nanomq.persistence.StoreStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
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
      assertThatThrownBy(() -> StoreOpening.open(fsync(folder), Patience.NONE))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("in use by another broker");
    }
    StoreOpening.open(fsync(folder)).close();
  }

  @Test
  void whatWasBegunIsTakenOnce() {
    Path other = folder.resolve("other");
    StoreBeginning.begin(fsync(folder));
    try (SessionStores begun = StoreBeginning.take(fsync(folder));
        SessionStores opened = StoreBeginning.take(fsync(other))) {
      assertThat(begun.toString()).isEqualTo(folder.toString());
      assertThat(opened.toString()).isEqualTo(other.toString());
    }
  }

  @Test
  void whatWasBegunIsLetGoWhereTheConfigurationIsAnotherOne() {
    Path other = folder.resolve("other");
    StoreBeginning.begin(fsync(folder));
    try (SessionStores taken = StoreBeginning.take(fsync(other));
        SessionStores free = StoreOpening.open(fsync(folder), Patience.NONE)) {
      assertThat(taken.toString()).isEqualTo(other.toString());
      assertThat(free.toString()).isEqualTo(folder.toString());
    }
  }

  @Test
  void whyItCannotBeOpenedIsToldToWhoeverTakesIt() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    StoreBeginning.begin(fsync(file));
    assertThatThrownBy(() -> StoreBeginning.take(fsync(file)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
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
    StoreOpening.open(fsync(folder), new Patience(60_000, 60_000)).close();
    assertThat(closing).succeedsWithin(60, TimeUnit.SECONDS);
  }

  /** What nobody has asked for is done without, and told. */
  @Test
  void theDefaultIsDoneWithoutWhereItsFolderCannotBeHad() throws IOException {
    Path nowhere = Path.of("/proc/nanomq/data");
    StoreStatus there = StoreOpening.open(usual(nowhere)).status();
    assertThat(there.durability()).isEqualTo("none");
    assertThat(there.problem()).contains("persistence.dir " + nowhere);
  }

  private static Persistence usual(Path where) {
    return new Persistence(Durability.FSYNC, false, where.toString(), 16L << 20, 1000);
  }

  private static void write(Path where) {
    try (SessionStores stores = StoreOpening.open(usual(where))) {
      stores.recover(new StoreClock(System::currentTimeMillis, () -> 0));
    }
  }

  /** Somebody has put it there, and may have meant the disk that is not mounted. */
  @Test
  void whatIsThereAndIsNoFolderStopsTheDefaultToo() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Path away = Files.createSymbolicLink(folder.resolve("away"), folder.resolve("unmounted"));
    for (Path where : List.of(file, file.resolve("x"), away, away.resolve("x"))) {
      assertThatThrownBy(() -> StoreOpening.open(usual(where)))
          .as(where.toString())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("persistence.dir " + where);
    }
    Path there =
        Files.createSymbolicLink(
            folder.resolve("there"), Files.createDirectory(folder.resolve("disk")));
    StoreOpening.open(usual(there)).close();
    assertThat(folder.resolve("disk/FORMAT")).exists();
  }

  /** A journal in a folder that may not be written, as after a start by root. */
  @Test
  void aJournalThatMayNotBeWrittenStopsTheDefaultToo() throws IOException {
    write(folder);
    assertThat(StoreFolder.mayHoldSomething(folder)).isTrue();
    assertThat(StoreFolder.mayHoldSomething(folder.resolve("not-there"))).isFalse();
    assertThat(StoreFolder.mayHoldSomething(Files.createDirectory(folder.resolve("empty"))))
        .isFalse();
  }

  @Test
  void aDocumentThatIsRenamedIsToldWhereItsMessagesAre() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    for (String name : List.of("before", "other", "now")) {
      write(data.resolve(name));
    }
    Files.createDirectory(data.resolve("now-backups"));
    Files.createFile(folder.resolve("other.conf"));
    assertThat(StoreFolder.ofMissingDocuments(data.resolve("now")))
        .containsExactly(data.resolve("before"));
    Files.createFile(folder.resolve("before"));
    assertThat(StoreFolder.ofMissingDocuments(data.resolve("now"))).isEmpty();
    assertThat(StoreFolder.ofMissingDocuments(folder.resolve("elsewhere/now"))).isEmpty();
  }

  /** Two starts of one document: the second would acknowledge what the first was to keep. */
  @Test
  void whatAnotherBrokerHasStopsTheDefaultToo() {
    try (SessionStores first = StoreOpening.open(fsync(folder))) {
      assertThat(first.status()).isEqualTo(new StoreStatus("fsync", folder.toString(), ""));
      var same = new Persistence(Durability.FSYNC, false, folder.toString(), 16L << 20, 1000);
      assertThatThrownBy(() -> StoreOpening.open(same, Patience.NONE))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("another broker, process " + ProcessHandle.current().pid())
          .hasMessageContaining("NANOMQ_PERSISTENCE_DIR");
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

  /** As in the image, whose user may not write beside the document. */
  @Test
  void aBaseTakesThePlaceOfTheFolderBesideTheDocument() throws Exception {
    String base = "persistence.base_dir=/var/tmp/nanomq\n";
    assertThat(Confs.conf(base).system().persistence())
        .isEqualTo(new Persistence(Durability.FSYNC, false, "/var/tmp/nanomq/nanomq", 0, 1000));
    assertThat(folder(base + "persistence.dir=/d\n")).isEqualTo("/d");
    assertThat(folder("persistence.base_dir=kept\n")).isEqualTo("/nowhere/etc/kept/nanomq");
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
    var loaded = Confs.load(new String[0], pod, Path.of("/"), document, null);
    assertThat(loaded.conf().system().persistence().durability()).isEqualTo(Durability.NONE);
    var mounted = new HashMap<>(pod);
    mounted.put("NANOMQ_PERSISTENCE_DIR", "/var/lib/nanomq");
    loaded = Confs.load(new String[0], mounted, Path.of("/"), document, null);
    assertThat(loaded.conf().system().persistence())
        .isEqualTo(new Persistence(Durability.FSYNC, false, "/var/lib/nanomq", 0, 1000));
  }
}
