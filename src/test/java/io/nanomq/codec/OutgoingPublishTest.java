package io.nanomq.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingPublishTest {
  private static final long NOW = 50_000;
  private static final int SHARED = OutgoingPublish.SHARED_PAYLOAD_BYTES;

  private final OutgoingPublish outgoing = new OutgoingPublish();

  @AfterEach
  void close() {
    outgoing.close();
  }

  /** What somebody publishes, in a form that knows nothing of packets. */
  private record Model(
      String topic, byte[] payload, byte[] forwarded, int qos, boolean retain, long expiry) {

    static Model random(Random random, boolean v5) {
      int[] sizes = {
        0, 1, random.nextInt(300), random.nextInt(300), SHARED - 1, SHARED, SHARED + 1
      };
      byte[] payload = new byte[sizes[random.nextInt(sizes.length)]];
      random.nextBytes(payload);
      String topic = "t/" + "ö".repeat(random.nextInt(random.nextInt(5) == 0 ? 200 : 20));
      byte[] forwarded = v5 ? forwarded(random) : new byte[0];
      long expiry = v5 && random.nextBoolean() ? random.nextInt(1_000) : -1;
      return new Model(topic, payload, forwarded, random.nextInt(3), random.nextBoolean(), expiry);
    }

    private static byte[] forwarded(Random random) {
      Bytes bytes = Bytes.of();
      if (random.nextBoolean()) {
        bytes.u8(1).u8(random.nextInt(2));
      }
      if (random.nextInt(3) == 0) {
        bytes.u8(3).text("text/plain");
      }
      if (random.nextInt(3) == 0) {
        bytes.u8(8).text("answer/here").u8(9).binary(new byte[random.nextInt(40)]);
      }
      for (int i = random.nextInt(4); i > 0; i--) {
        bytes.u8(0x26).text("key" + i).text("v".repeat(random.nextInt(80)));
      }
      return bytes.array();
    }

    PublishMessage message() {
      long expiresAt = expiry < 0 ? PublishMessage.NEVER : NOW + expiry * 1_000;
      return new PublishMessage(TopicName.of(topic), payload, forwarded, qos, retain, expiresAt);
    }

    /** The packet that brings it, anywhere in a buffer; properties of ours between the others. */
    IncomingPublish packet(Random random, boolean v5, int alias) {
      Bytes body = Bytes.of().text(topic);
      if (qos > 0) {
        body.u16(1 + random.nextInt(65_535));
      }
      if (v5) {
        body.properties(p -> properties(p, random, alias));
      }
      body.raw(payload);
      int first = 0x30 | (qos > 0 && random.nextBoolean() ? 8 : 0) | qos << 1 | (retain ? 1 : 0);
      ByteBuf packet = Bytes.packet(first, body.buf());
      int before = random.nextInt(20);
      ByteBuf in = Unpooled.buffer().writeZero(before).writeBytes(packet).writeZero(3);
      int bodyStart = before + packet.writerIndex() - body.buf().writerIndex();
      IncomingPublish to = new IncomingPublish();
      PublishDecoder.decode(in, before, bodyStart, before + packet.writerIndex(), v5, 1_000, to);
      to.topic(TopicName.of(topic));
      return to;
    }

    private void properties(Bytes p, Random random, int alias) {
      int split = forwarded.length > 2 && forwarded[0] == 1 ? 2 : random.nextBoolean() ? 0 : -1;
      if (split >= 0) {
        p.raw(Arrays.copyOf(forwarded, split));
      }
      if (expiry >= 0) {
        p.u8(2).u32(expiry);
      }
      p.raw(Arrays.copyOfRange(forwarded, Math.max(0, split), forwarded.length));
      if (alias > 0) {
        p.u8(0x23).u16(alias);
      }
    }

    WrittenPublish expected(
        boolean v5, int firstByte, int id, int alias, boolean sendTopic, int[] ids) {
      List<Integer> identifiers = new ArrayList<>();
      for (int identifier : ids == null ? new int[0] : ids) {
        identifiers.add(identifier);
      }
      return new WrittenPublish(
          firstByte,
          sendTopic ? topic : "",
          id,
          v5 ? expiry : -1,
          alias,
          identifiers,
          v5 ? ByteBufUtil.hexDump(forwarded) : "",
          ByteBufUtil.hexDump(payload));
    }
  }

  private static int firstByte(Random random, boolean withId) {
    int qos = withId ? 1 + random.nextInt(2) : 0;
    return 0x30
        | qos << 1
        | (random.nextBoolean() ? 1 : 0)
        | (withId && random.nextBoolean() ? 8 : 0);
  }

  /** What a connection does with a frame. */
  private static ByteBuf write(OutgoingPublish.Frame frame, int firstByte, int packetId) {
    ByteBuf out = Unpooled.buffer();
    out.writeBytes(frame.bytes(), frame.start(), frame.length());
    out.setByte(0, firstByte);
    if ((firstByte & 6) != 0) {
      out.setShort(frame.packetIdOffset(), packetId);
    }
    ByteBuf payload = frame.payload();
    return payload == null ? out : out.writeBytes(payload.duplicate());
  }

  private void checkFrame(Model model, boolean v5, Random random) {
    boolean withId = random.nextBoolean();
    int first = firstByte(random, withId);
    int id = withId ? 1 + random.nextInt(65_535) : 0;
    ByteBuf written = write(outgoing.frame(v5, withId), first, id);
    int size = outgoing.size(v5, withId, null);
    assertThat(size).isEqualTo(written.readableBytes());
    assertThat(outgoing.sizeBound()).isGreaterThanOrEqualTo(size);
    assertReadByTheDecoder(model, written.duplicate(), v5, withId ? id : 0);
    assertThat(WrittenPublish.read(written, v5))
        .isEqualTo(model.expected(v5, first, id, 0, true, null));
  }

  private static void assertReadByTheDecoder(Model model, ByteBuf packet, boolean v5, int id) {
    IncomingPublish again = new IncomingPublish();
    int end = packet.writerIndex();
    packet.skipBytes(1);
    VarInt.read(packet);
    PublishDecoder.decode(packet, 0, packet.readerIndex(), end, v5, 1_000, again);
    assertThat(again.packetId()).isEqualTo(id);
    again.topic(TopicName.of(model.topic));
    PublishMessage message = again.toMessage(NOW);
    assertThat(message.payload()).isEqualTo(model.payload);
    assertThat(message.properties()).isEqualTo(v5 ? model.forwarded : new byte[0]);
  }

  private void checkOwn(Model model, Random random) {
    boolean withId = random.nextBoolean();
    int first = firstByte(random, withId);
    int id = withId ? 1 + random.nextInt(65_535) : 0;
    int alias = random.nextBoolean() ? 0 : 1 + random.nextInt(65_535);
    boolean sendTopic = alias == 0 || random.nextBoolean();
    int[] ids = random.nextBoolean() ? null : random.ints(3, 1, VarInt.MAX).toArray();
    ByteBuf out = Unpooled.buffer();
    ByteBuf payload = outgoing.encode(out, first, id, alias, sendTopic, ids);
    if (payload != null) {
      out.writeBytes(payload.duplicate());
    }
    if (alias == 0) {
      assertThat(outgoing.size(true, withId, ids)).isEqualTo(out.readableBytes());
    } else {
      assertThat(out.readableBytes()).isLessThanOrEqualTo(outgoing.size(true, withId, ids) + 8);
    }
    assertThat(WrittenPublish.read(out, true))
        .isEqualTo(model.expected(true, first, id, alias, sendTopic, ids));
  }

  @Property(tries = 150)
  void whatManyRecipientsReadIsWhatWasPublished(@ForAll Random random) {
    for (int round = 0; round < 5; round++) {
      boolean v5 = random.nextBoolean();
      Model model = Model.random(random, v5);
      if (random.nextBoolean()) {
        int alias = v5 && random.nextInt(4) == 0 ? 5 : 0;
        outgoing.begin(model.packet(random, v5, alias), NOW);
      } else {
        outgoing.begin(model.message(), NOW);
      }
      assertThat(outgoing.topic().text()).isEqualTo(model.topic);
      assertThat(outgoing.qos()).isEqualTo(model.qos);
      assertThat(outgoing.retain()).isEqualTo(model.retain);
      for (int recipient = 0; recipient < 8; recipient++) {
        if (random.nextInt(3) == 0) {
          checkOwn(model, random);
        } else {
          checkFrame(model, random.nextBoolean(), random);
        }
      }
      assertKept(model, outgoing.message());
      assertThat(outgoing.message()).isSameAs(outgoing.message());
      outgoing.end();
    }
    outgoing.close();
  }

  private static void assertKept(Model model, PublishMessage kept) {
    PublishMessage expected = model.message();
    assertThat(kept.topic()).isEqualTo(expected.topic());
    assertThat(kept.payload()).isEqualTo(expected.payload());
    assertThat(kept.properties()).isEqualTo(expected.properties());
    assertThat(kept.qos()).isEqualTo(expected.qos());
    assertThat(kept.retain()).isEqualTo(expected.retain());
    assertThat(kept.expiresAtMillis()).isEqualTo(expected.expiresAtMillis());
  }

  private static PublishMessage message(int payloadBytes, long expiresAt) {
    return new PublishMessage(
        TopicName.of("t"), new byte[payloadBytes], new byte[0], 1, false, expiresAt);
  }

  @Test
  void aVariantIsEncodedOnceHoweverManyGetIt() {
    outgoing.begin(message(10, PublishMessage.NEVER), NOW);
    var frame = outgoing.frame(true, true);
    ByteBuf bytes = frame.bytes();
    bytes.setByte(frame.length() - 1, 0x77);
    assertThat(outgoing.frame(true, true).bytes()).isSameAs(bytes);
    assertThat(bytes.getByte(frame.length() - 1)).isEqualTo((byte) 0x77);
    assertThat(outgoing.frame(false, true).bytes()).isNotSameAs(bytes);
    outgoing.end();
  }

  @Test
  void aPacketThatMayGoOutAsItCameIsNotEncodedAtAll() {
    Model model = new Model("t", new byte[10], new byte[0], 1, false, -1);
    IncomingPublish packet = model.packet(new Random(1), true, 0);
    outgoing.begin(packet, NOW);
    assertThat(outgoing.frame(true, true).bytes()).isSameAs(packet.buffer());
    assertThat(outgoing.frame(true, false).bytes()).isNotSameAs(packet.buffer());
    assertThat(outgoing.frame(false, true).bytes()).isNotSameAs(packet.buffer());
    outgoing.end();
  }

  @Test
  void aLargePayloadIsCopiedOnceAndSharedByAllVariants() {
    Model model = new Model("t", new byte[SHARED], new byte[0], 1, false, -1);
    outgoing.begin(model.packet(new Random(1), true, 0), NOW);
    ByteBuf payload = outgoing.frame(true, true).payload();
    assertThat(payload).isNotNull();
    assertThat(outgoing.frame(false, true).payload()).isSameAs(payload);
    assertThat(outgoing.frame(false, false).payload()).isSameAs(payload);
    assertThat(outgoing.encode(Unpooled.buffer(), 0x30, 0, 0, true, new int[] {1}))
        .isSameAs(payload);
    ByteBuf written = payload.retainedDuplicate();
    outgoing.end();
    assertThat(payload.refCnt()).as("held by whoever writes it").isEqualTo(1);
    written.release();
    assertThat(payload.refCnt()).isZero();
  }

  @Test
  void outsideOfADeliveryThereIsNothing() {
    assertThatThrownBy(outgoing::topic).isInstanceOf(IllegalStateException.class);
    outgoing.begin(message(1, PublishMessage.NEVER), NOW);
    var frame = outgoing.frame(true, true);
    outgoing.end();
    assertThatThrownBy(outgoing::message).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(frame::bytes).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDeliveryWithinADeliveryIsRefused() {
    outgoing.begin(message(1, PublishMessage.NEVER), NOW);
    assertThatThrownBy(() -> outgoing.begin(message(2, PublishMessage.NEVER), NOW))
        .isInstanceOf(IllegalStateException.class);
    assertThat(outgoing.message().payload()).hasSize(1);
    outgoing.end();
  }

  @ParameterizedTest
  @CsvSource({
    "10_000, 10",
    "9_900, 10",
    "9_100, 9",
    "1_000, 1",
    "201, 1",
    "200, 0",
    "0, 0",
    "-5_000, 0"
  })
  void theSecondsThatAreLeftAreRoundedUpFromAboutTheClockOfTheLoops(String millis, long seconds) {
    long left = Long.parseLong(millis.replace("_", ""));
    assertThat(PublishEncoder.secondsLeft(message(0, NOW + left), NOW)).isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 60, 0xFFFF_FFFFL})
  void whatWasJustKeptHasAllItsSeconds(long seconds) {
    PublishMessage kept = message(0, NOW + seconds * 1_000);
    assertThat(PublishEncoder.secondsLeft(kept, NOW)).isEqualTo(seconds);
    assertThat(PublishEncoder.secondsLeft(message(0, PublishMessage.NEVER), NOW)).isEqualTo(-1);
  }
}
