package io.nanomq;

import static io.nanomq.packet.PublishMessage.NEVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.model.SystemConf.Persistence;
import io.nanomq.config.model.SystemConf.Persistence.Durability;
import io.nanomq.it.RawClient;
import io.nanomq.it.RawPacket;
import io.nanomq.it.TestBroker;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code nanomq repair} of folders that a broker has left and somebody has damaged. */
@Timeout(120)
class RepairCommandTest {
  private static final int RETAINED = 300;
  private static final byte[] PAYLOAD = new byte[10_000];
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-02-03T04:05:06Z"), ZoneOffset.UTC);

  @TempDir Path temporary;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private Path folder;

  @BeforeEach
  void keepSome() throws Exception {
    folder = temporary.resolve("store");
    TestBroker broker = TestBroker.start(1, StoreOpening.open(conf()));
    for (int i = 0; i < RETAINED; i++) {
      publish(broker, "kept/" + i, 1, true);
    }
    broker.leave();
    assertThat(segments()).hasSizeGreaterThan(2);
  }

  private static void publish(TestBroker broker, String topic, int qos, boolean retain)
      throws Exception {
    TopicName name = TopicName.of(topic);
    broker
        .broker()
        .actions()
        .publish(now -> new PublishMessage(name, PAYLOAD, new byte[0], qos, retain, NEVER))
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  private Persistence conf() {
    return new Persistence(Durability.FSYNC, true, folder.toString(), 16 << 20, 1000);
  }

  private List<Path> segments() throws IOException {
    return segmentsOf(folder);
  }

  private static void damage(Path file, int at) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("damaged".getBytes(StandardCharsets.UTF_8)), at);
    }
  }

  private boolean repair() {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    return RepairCommand.run(conf(), CLOCK, out, out);
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  /** Retained messages of a broker that starts with the folder. */
  private int kept() {
    try (TestBroker broker = TestBroker.start(2, StoreOpening.open(conf()))) {
      return broker.broker().retained().size();
    }
  }

  @Test
  void whatIsWholeIsKeptAndTheRestIsTold() throws Exception {
    Path damaged = segments().get(1);
    byte[] before = Files.readAllBytes(damaged);
    damage(damaged, 500_000);
    assertThat(folder.resolve("image")).exists();
    assertThatThrownBy(() -> StoreOpening.open(conf()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(damaged.getFileName() + " is damaged at byte")
        .hasMessageContaining("nanomq repair");
    assertThat(folder.resolve("image")).exists();

    assertThat(repair()).as(said()).isTrue();
    assertThat(said())
        .contains("are damaged and were skipped")
        .contains(" 1 are missing")
        .contains("damaged-20260203-040506");
    Path kept = folder.resolve("damaged-20260203-040506").resolve(damaged.getFileName());
    assertThat(Files.readAllBytes(kept)).hasSameSizeAs(before).isNotEqualTo(before);
    assertThat(folder.resolve("image")).as("of the damaged ones").doesNotExist();
    assertThat(kept()).isEqualTo(RETAINED - 1);
  }

  @Test
  void aSegmentThatIsGoneIsTold() throws Exception {
    Files.delete(segments().get(1));
    assertThatThrownBy(() -> StoreOpening.open(conf())).hasMessageContaining("is damaged");
    assertThat(repair()).as(said()).isTrue();
    assertThat(said()).contains("missing").doesNotContain(" 0 are missing");
    assertThat(kept()).isBetween(RETAINED / 5, RETAINED - 50);
  }

  @Test
  void aHeadThatIsDamagedCostsNothing() throws Exception {
    damage(segments().get(1), 20);
    assertThat(repair()).as(said()).isTrue();
    assertThat(kept()).isEqualTo(RETAINED);
  }

  @Test
  void whatIsNotDamagedIsLeftAlone() throws Exception {
    assertThat(repair()).isTrue();
    assertThat(said()).contains("is not damaged");
    assertThat(folder.resolve("damaged-20260203-040506")).doesNotExist();
    assertThat(kept()).isEqualTo(RETAINED);
  }

  @Test
  void whatABrokerHasIsNotRepaired() {
    try (var stores = StoreOpening.open(conf())) {
      assertThat(stores).isNotNull();
      assertThat(repair()).isFalse();
      assertThat(said()).contains("in use by another broker");
    }
  }

  /** The new files are all there, and the old ones have not all left their place. */
  @Test
  void aRepairThatWasInterruptedIsGoneOnWith() throws Exception {
    damage(segments().get(1), 500_000);
    assertThat(repair()).as(said()).isTrue();
    Path kept = folder.resolve("damaged-20260203-040506");
    Path finished = Files.createDirectory(folder.resolve("repaired"));
    for (Path segment : segments()) {
      Files.move(segment, finished.resolve(segment.getFileName()));
    }
    Path old = segmentsOf(kept).get(0);
    Files.move(old, folder.resolve(old.getFileName()));
    assertThatThrownBy(() -> StoreOpening.open(conf()))
        .hasMessageContaining("a repair was interrupted");
    assertThat(repair()).as(said()).isTrue();
    assertThat(kept()).isEqualTo(RETAINED - 1);
  }

  /** Records that speak of others which are gone, of every kind. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whateverIsMissingTheRestIsOpened(long seed) throws Exception {
    TestBroker broker = TestBroker.start(1, StoreOpening.open(conf()));
    for (String client : List.of("one", "two", "three")) {
      try (RawClient session = broker.raw(4).connected(client, false)) {
        session.subscribe(1, "t/#", 2).receive(9);
        session.subscribe(2, "$share/g/s/#", 1).receive(9);
      }
    }
    for (int i = 0; i < 60; i++) {
      publish(broker, i % 3 == 0 ? "s/" + i : "t/" + i, 1 + i % 2, false);
    }
    try (RawClient session = broker.raw(4).connect("one", false, 0)) {
      session.receive(2);
      for (int i = 0; i < 10; i++) {
        RawPacket message = session.receive();
        if (message.type() == 3) {
          session.acknowledge(message.qos() == 1 ? 4 : 5, message.publishId());
        }
      }
      session.unsubscribe(3, "t/#");
    }
    broker.leave();
    Random random = new Random(seed);
    for (Path segment : segments()) {
      for (int i = 0; i < 4; i++) {
        damage(segment, random.nextInt(1 << 20));
      }
    }
    assertThat(repair()).as(said()).isTrue();
    TestBroker again = TestBroker.start(2, StoreOpening.open(conf()));
    assertThat(again.broker().sessions().size()).isBetween(1, 3);
    again.close();
  }

  private static List<Path> segmentsOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("segment"))
          .sorted()
          .toList();
    }
  }

  @Test
  void theWordStandsAloneAndTheOptionBeforeAStart() {
    assertThat(RepairCommand.isIn(new String[] {"repair", "--conf", "x"})).isTrue();
    assertThat(RepairCommand.isIn(new String[] {"broker", "repair"})).isTrue();
    assertThat(RepairCommand.isIn(new String[] {"start", "repair"})).isFalse();
    String[] start = {"start", "--conf", "x", "--repair"};
    assertThat(RepairCommand.isAsked(start)).isTrue();
    assertThat(RepairCommand.without(start)).containsExactly("start", "--conf", "x");
  }
}
