package io.nanomq.control.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nanomq.api.LogLines;
import io.nanomq.config.Confs;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.loop.ManualLoops;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.RecoveredState;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreClock;
import io.nanomq.persistence.journal.JournalStores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
  private static final JournalConf CONF = new JournalConf(64 * 1024, 1 << 30, 0);

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  @TempDir Path folder;
  private Path store;
  private JournalStores stores;
  private SessionStore loop;
  private ManualLoops loops;
  private Instant now = Instant.parse("2026-11-29T13:15:00.123Z");
  private final Queue<Runnable> work = new ArrayDeque<>();

  @BeforeEach
  void open() throws IOException {
    store = folder.resolve("data");
    loops = new ManualLoops(1);
    stores = new JournalStores(new FileDisk(store), CONF);
    stores.recover(clock()).retained().close();
    stores.begin();
    loop = stores.open(loops.contexts().get(0), clock());
  }

  @AfterEach
  void close() {
    stores.close();
  }

  private StoreClock clock() {
    return new StoreClock(System::currentTimeMillis, loops::nowMillis);
  }

  private Backups backups(int most) {
    Clock clock = new Ticking();
    return new Backups(Backups.folder(store, ""), most, "1.0", clock, work::add);
  }

  /** A second later each time. */
  private final class Ticking extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      now = now.plusSeconds(1);
      return now;
    }
  }

  private void retain(String topic, int version) {
    loop.retained(message(topic), version);
    loop.handingOver();
  }

  private static PublishMessage message(String topic) {
    return new PublishMessage(
        TopicName.of(topic), new byte[10], new byte[0], 1, true, PublishMessage.NEVER);
  }

  private Manifest make(Backups backups) throws Exception {
    var made = backups.make(stores, () -> Map.of("nanomq.conf", "url=x".getBytes(UTF_8)));
    work.remove().run();
    return made.get();
  }

  private Path made(Manifest manifest) {
    return folder.resolve("data-backups").resolve(manifest.name());
  }

  @Test
  void whatWasSafeIsThereAgainAndNothingThatCameLater() throws Exception {
    retain("a", 1);
    retain("b", 2);
    Manifest manifest = make(backups(3));
    retain("c", 3);
    assertThat(manifest.name()).isEqualTo("backup-20261129-131501-123");
    assertThat(manifest.retained()).isEqualTo(2);
    assertThat(Files.getPosixFilePermissions(made(manifest))).hasSize(3);
    assertThat(Files.getPosixFilePermissions(made(manifest).resolve("conf/nanomq.conf")))
        .hasSize(2);
    stores.close();
    assertThat(store.resolve("image")).exists();

    assertThat(BackupRestore.restore(made(manifest), store, now)).isEqualTo(manifest);
    assertThat(store.resolve("image")).as("of what came later").doesNotExist();
    assertThat(store.resolve("before-restore-20261129-131501-123"))
        .isDirectoryContaining("glob:**segment-*")
        .isDirectoryContaining("glob:**image");
    stores = new JournalStores(new FileDisk(store), CONF);
    RecoveredState found = stores.recover(clock());
    List<String> topics = new ArrayList<>();
    found.retained().forEach(message -> topics.add(message.topic().text()));
    assertThat(topics).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void oneIsMadeAtATimeAndSoManyAreKept() throws Exception {
    Backups backups = backups(2);
    CompletableFuture<Manifest> first = backups.make(stores, Map::of);
    assertThatThrownBy(() -> backups.make(stores, Map::of).get())
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("Another backup is being made");
    work.remove().run();
    Manifest second = make(backups);
    assertThat(backups.list()).containsExactly(first.get(), second);
    Manifest third = make(backups);
    assertThat(backups.list()).containsExactly(second, third);
    backups.remove(second.name());
    assertThat(backups.list()).containsExactly(third);
  }

  /** Its manifest goes first, and whoever lists them at that moment has not found a broken one. */
  @Test
  void oneThatIsBeingRemovedIsNoneThatIsBroken() throws Exception {
    Backups backups = backups(2);
    Manifest first = make(backups);
    Manifest second = make(backups);
    Files.delete(made(first).resolve(Manifest.FILE));
    try (LogLines log = new LogLines(Backups.class.getName())) {
      CompletableFuture<Manifest> third = backups.make(stores, Map::of);
      assertThat(backups.list()).containsExactly(second);
      assertThat(log.lines()).isEmpty();
      Path damaged = made(second).resolve(Manifest.FILE);
      Files.writeString(damaged, "{");
      assertThat(backups.list()).isEmpty();
      assertThat(log.lines()).singleElement().asString().contains("not as it was written");
      work.remove().run();
      third.get();
      Files.delete(damaged);
      backups.list();
      assertThat(log.lines()).as("nobody removes it").anyMatch(l -> l.contains("is no backup"));
    }
  }

  @Test
  void nothingElseIsRemoved() throws Exception {
    Backups backups = backups(2);
    Manifest manifest = make(backups);
    for (String name : new String[] {"..", "../data", "", "x", manifest.name() + "/store"}) {
      assertThatThrownBy(() -> backups.remove(name))
          .isInstanceOf(BackupException.class)
          .hasMessageContaining("There is no backup");
    }
    assertThat(backups.list()).containsExactly(manifest);
    assertThat(store).isNotEmptyDirectory();
  }

  /** A link of a backup's name is removed, and nothing of what it leads to. */
  @Test
  void whatALinkLeadsToIsLeftAlone() throws Exception {
    Backups backups = backups(1);
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("backup.json"), "{}");
    Path all = made(make(backups)).getParent();
    Path link = all.resolve("backup-20200101-000000-000");
    Files.createSymbolicLink(link, other);
    backups.remove(link.getFileName().toString());
    assertThat(link).doesNotExist();
    Files.createSymbolicLink(link, other);
    make(backups);
    assertThat(all.toFile().list()).hasSize(1);
    assertThat(other.resolve("backup.json")).hasContent("{}");
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws Exception {
    Files.writeString(folder.resolve("data-backups"), "a file");
    assertThatThrownBy(() -> make(backups(1)))
        .cause()
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("No backup can be written in " + folder.resolve("data-backups"));
  }

  /** It may be the journal's disk, and to be full is the journal's end. */
  /** The journal keeps what a copy has not read yet, on the disk and open. */
  @Test
  void aDocumentThatCannotBeReadLeavesNoCopyUnderWay() throws Exception {
    assumeTrue(Files.exists(DESCRIPTORS), "Linux only");
    var backups = backups(3);
    retain("t", 1);
    var failed =
        backups.make(
            stores,
            () -> {
              throw new IOException("the API server does not answer");
            });
    work.remove().run();
    assertThatThrownBy(failed::get).hasMessageContaining("the API server does not answer");
    for (int version = 2; version < 5_000; version++) {
      retain("t", version);
    }
    make(backups);
    await().until(() -> deletedAndOpen().isEmpty());
  }

  private List<String> deletedAndOpen() throws IOException {
    try (Stream<Path> all = Files.list(DESCRIPTORS)) {
      return all.map(BackupTest::target)
          .filter(path -> path.startsWith(store.toString()) && path.endsWith(" (deleted)"))
          .toList();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException gone) {
      return "";
    }
  }

  @Test
  void aPartOfTheDiskIsLeftToTheJournal() {
    assertThat(BackupWriter.leftFree(64L << 20)).isEqualTo(128L << 20);
    assertThat(BackupWriter.leftFree(2L << 30)).isEqualTo(512L << 20);
    assertThat(BackupWriter.leftFree(1L << 40)).isEqualTo(1L << 30);
  }

  @Test
  void aBackupThatIsTornOrDamagedIsRefusedAndNothingChanges() throws Exception {
    retain("a", 1);
    Manifest manifest = make(backups(3));
    stores.close();
    Path segment = made(manifest).resolve("store").resolve(manifest.store().get(0).name());
    byte[] bytes = Files.readAllBytes(segment);
    Files.write(segment, Arrays.copyOf(bytes, bytes.length - 5));
    assertRefused(manifest, segment + " has ", "torn at byte " + (bytes.length - 5));

    byte[] damaged = bytes.clone();
    damaged[100]++;
    Files.write(segment, damaged);
    assertRefused(manifest, segment + " is damaged at byte 64");

    Files.write(segment, bytes);
    Files.writeString(made(manifest).resolve("conf/nanomq.conf"), "url=y");
    assertRefused(manifest, "conf/nanomq.conf is not as it was written");

    Files.delete(segment);
    assertRefused(manifest, segment + " is missing");
    try (var huge = FileChannel.open(made(manifest).resolve("backup.json"), WRITE)) {
      huge.write(ByteBuffer.allocate(1), 1L << 40);
    }
    assertRefused(manifest, "backup.json is not as it was written");
    Files.delete(made(manifest).resolve("backup.json"));
    assertRefused(manifest, "is no backup");
  }

  /** Whoever waits for a pipe waits for ever, and a device has no end. */
  @Test
  void whatIsNoSegmentOrNoPlainFileIsRefused() throws Exception {
    retain("a", 1);
    Manifest manifest = make(backups(3));
    stores.close();
    String name = manifest.store().get(0).name();
    Path segment = made(manifest).resolve("store").resolve(name);
    byte[] bytes = Files.readAllBytes(segment);
    Path told = made(manifest).resolve("backup.json");
    String json = Files.readString(told);
    Files.write(segment.resolveSibling("other"), bytes);
    for (String other : List.of("other", "a\\u0000b", "../store/" + name, "")) {
      Files.writeString(told, json.replace(name, other));
      assertRefused(manifest, " is no name of a ");
    }
    Files.writeString(told, json);
    Files.delete(segment);
    Files.createDirectory(segment);
    assertRefused(manifest, segment + " is no plain file");
    Files.delete(told);
    Files.createSymbolicLink(told, Path.of("/dev/zero"));
    assertRefused(manifest, told + " is no plain file");
  }

  private void assertRefused(Manifest manifest, String... words) {
    assertThatThrownBy(() -> BackupRestore.restore(made(manifest), store, now))
        .isInstanceOf(BackupException.class)
        .message()
        .contains(words);
    assertThat(store).isDirectoryNotContaining("glob:**restore-*");
  }

  @Test
  void aFolderThatIsInUseIsLeftAlone() throws Exception {
    Manifest manifest = make(backups(3));
    assertRefused(manifest, store + " is in use by another broker, process ");
  }

  @Test
  void keysSayWhereTheyAreAndHowManyAreKept() throws Exception {
    var conf = Confs.load("persistence.backup_dir=copies\npersistence.backups=7\n");
    String named = conf.text("persistence.backup_dir");
    assertThat(Backups.folder(store, named)).isEqualTo(folder.resolve("copies"));
    assertThat(Backups.folder(store, "/mnt/copies")).isEqualTo(Path.of("/mnt/copies"));
    assertThat(conf.values().number("persistence.backups")).isEqualTo(7);
    assertThat(Confs.load("").text("persistence.backup_dir")).isEmpty();
    assertThat(Confs.load("").values().number("persistence.backups")).isEqualTo(3);
  }

  /** As where the disk has no room for one more name. */
  @Test
  void aRestoreThatCannotBeginLeavesEverythingAsItWas() throws Exception {
    retain("a", 1);
    Manifest manifest = make(backups(1));
    retain("b", 2);
    stores.close();
    Path inTheWay = Files.createFile(store.resolve("before-restore-20261129-131501-123"));
    assertThatThrownBy(() -> BackupRestore.restore(made(manifest), store, now))
        .isInstanceOf(IOException.class);
    Files.delete(inTheWay);
    assertThat(store).isDirectoryNotContaining("glob:**.partial");
    stores = new JournalStores(new FileDisk(store), CONF);
    List<String> topics = new ArrayList<>();
    stores.recover(clock()).retained().forEach(message -> topics.add(message.topic().text()));
    assertThat(topics).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void whatARestoreThatWasCutOffHasCopiedIsRemoved() throws Exception {
    Manifest manifest = make(backups(1));
    stores.close();
    Path left = Files.createDirectory(store.resolve("restore-20260101-000000-000.partial"));
    Files.writeString(left.resolve("segment-0000000000000001"), "half");
    BackupRestore.restore(made(manifest), store, now);
    assertThat(left).doesNotExist();
    stores = new JournalStores(new FileDisk(store), CONF);
  }

  @Test
  void aRestoreThatWasCutOffIsNoStore() throws Exception {
    stores.close();
    Files.writeString(
        store.resolve("FORMAT"), "half restored", StandardOpenOption.TRUNCATE_EXISTING);
    assertThatThrownBy(() -> new FileDisk(store)).hasMessageContaining("half restored");
  }
}
