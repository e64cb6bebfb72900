package io.nanomq.codec;

import static io.nanomq.codec.ReasonCode.MALFORMED_PACKET;
import static io.nanomq.codec.ReasonCode.PACKET_TOO_LARGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MqttDecoderTest {
  private static final int MAX_PACKET = 1_000;

  /** Writes down what it is told. */
  private static final class Recorder implements MqttDecoder.Frames {
    private final List<String> packets = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final List<Boolean> writability = new ArrayList<>();
    private Consumer<String> onPacket = packet -> {};
    private ChannelHandlerContext ctx;
    private MqttDecoder decoder;
    private boolean refuses;
    private int bursts;
    private int closed;

    @Override
    public void attached(ChannelHandlerContext context) {
      ctx = context;
    }

    @Override
    public boolean packet(ByteBuf in, int start, int bodyStart, int end) {
      assertThat(in.readerIndex()).isLessThanOrEqualTo(start);
      assertThat(in.writerIndex()).isGreaterThanOrEqualTo(end);
      ByteBuf length = in.slice(start + 1, bodyStart - start - 1);
      assertThat(VarInt.read(length)).isEqualTo(end - bodyStart);
      String packet = ByteBufUtil.hexDump(in, start, end - start);
      if (refuses) {
        decoder.pause();
        return false;
      }
      packets.add(packet);
      onPacket.accept(packet);
      return true;
    }

    @Override
    public void failed(Throwable cause) {
      failures.add(cause);
    }

    @Override
    public void burstEnd() {
      bursts++;
    }

    @Override
    public void writabilityChanged(boolean writable) {
      writability.add(writable);
    }

    @Override
    public void closed() {
      closed++;
    }
  }

  private final Recorder frames = new Recorder();
  private final UnfinishedBytes unfinished = new UnfinishedBytes(100_000, 100_000);
  private final MqttDecoder decoder = new MqttDecoder(frames, MAX_PACKET, unfinished);
  private final EmbeddedChannel channel = new EmbeddedChannel(decoder);
  private final List<ByteBuf> received = new ArrayList<>();

  @AfterEach
  void releasesEverything() {
    channel.finishAndReleaseAll();
    assertThat(unfinished.held()).isZero();
    assertThat(received).allMatch(buffer -> buffer.refCnt() == 0);
  }

  private void receive(String hex) {
    receive(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
  }

  private void receive(byte[] bytes) {
    ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
    received.add(buffer);
    channel.writeInbound(buffer);
  }

  private void assertFailedOnce(ReasonCode reason) {
    assertThat(frames.failures).hasSize(1);
    assertThat(((ProtocolError) frames.failures.get(0)).reason()).isEqualTo(reason);
  }

  @Test
  void packetsOfOneReadAreHandedOverInOrderAndTheBurstEndsOnce() {
    receive("c000 e000 3003 000161");
    assertThat(frames.packets).containsExactly("c000", "e000", "3003000161");
    assertThat(frames.bursts).isEqualTo(1);
    assertThat(frames.failures).isEmpty();
  }

  @Test
  void aPacketWaitsForItsRest() {
    receive("30");
    receive("03");
    receive("0001");
    assertThat(frames.packets).isEmpty();
    receive("61c000");
    assertThat(frames.packets).containsExactly("3003000161", "c000");
  }

  @Test
  void whatAllKeepOfUnfinishedPacketsIsBoundedAndWhoHoldsMostGivesWay() {
    Recorder holder = new Recorder();
    MqttDecoder other = new MqttDecoder(holder, 2_000_000, unfinished);
    EmbeddedChannel busy = new EmbeddedChannel(other);
    busy.writeInbound(beginning(200_000));
    // One alone may always.
    assertThat(unfinished.held()).isGreaterThanOrEqualTo(200_000);

    decoder.maxPacketBytes(2_000_000);
    ByteBuf piece = beginning(20_000);
    received.add(piece);
    channel.writeInbound(piece);
    assertThat(frames.failures).isEmpty();
    assertThat(holder.failures).containsExactly(MqttDecoder.GAVE_WAY);
    assertThat(unfinished.held()).isLessThan(600_000);
    decoder.stop();

    busy.finishAndReleaseAll();
    assertThat(unfinished.held()).isZero();
  }

  @Test
  void whoIsLetInHasABoundOfItsOwn() {
    MqttDecoder stranger = new MqttDecoder(new Recorder(), 2_000_000, unfinished);
    EmbeddedChannel flood = new EmbeddedChannel(stranger);
    flood.writeInbound(beginning(200_000));

    decoder.maxPacketBytes(2_000_000);
    decoder.admit();
    byte[] body = new byte[20_000];
    byte[] packet = ByteBufUtil.getBytes(Bytes.packet(0x30, Unpooled.wrappedBuffer(body)));
    receive(java.util.Arrays.copyOf(packet, 15_000));
    receive(java.util.Arrays.copyOfRange(packet, 15_000, packet.length));
    assertThat(frames.failures).isEmpty();
    assertThat(frames.packets).hasSize(1);

    flood.finishAndReleaseAll();
    assertThat(unfinished.held()).isZero();
  }

  /** A PUBLISH of a megabyte, as far as it has come. */
  private static ByteBuf beginning(int bytes) {
    return PooledByteBufAllocator.DEFAULT
        .directBuffer(bytes + 4)
        .writeBytes(new byte[] {0x30, (byte) 0xc0, (byte) 0x84, 0x3d})
        .writeZero(bytes);
  }

  @Test
  void everySplitOfAStreamGivesTheSamePackets() {
    byte[] longBody = new byte[200];
    String stream =
        "c000 3003000161 " + Bytes.hex(Bytes.packet(0x30, Unpooled.wrappedBuffer(longBody)));
    byte[] bytes = ByteBufUtil.decodeHexDump(stream.replace(" ", ""));
    for (int split = 0; split <= bytes.length; split++) {
      frames.packets.clear();
      receive(java.util.Arrays.copyOf(bytes, split));
      receive(java.util.Arrays.copyOfRange(bytes, split, bytes.length));
      assertThat(frames.packets).hasSize(3);
      assertThat(String.join(" ", frames.packets)).isEqualTo(stream);
    }
  }

  @Test
  void aPacketOfTheLargestSizeIsTakenAndOneThatIsLargerRefusedByItsHeader() {
    byte[] body = new byte[MAX_PACKET - 3];
    receive(ByteBufUtil.getBytes(Bytes.packet(0x30, Unpooled.wrappedBuffer(body))));
    assertThat(frames.packets).hasSize(1);
    receive("30 e607");
    assertFailedOnce(PACKET_TOO_LARGE);
  }

  @Test
  void theLargestSizeMayChange() {
    decoder.maxPacketBytes(4);
    receive("30020000");
    assertThat(frames.packets).hasSize(1);
    receive("3003");
    assertFailedOnce(PACKET_TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"30ffffffff", "3080808080", "30808000", "308000", "3080808000"})
  void aLengthThatIsTooLongOrNotShortestIsMalformed(String hex) {
    receive(hex);
    assertFailedOnce(MALFORMED_PACKET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "3080", "308080", "30808080"})
  void aLengthThatIsCutOffMayStillCome(String hex) {
    receive(hex);
    assertThat(frames.failures).isEmpty();
    assertThat(frames.packets).isEmpty();
  }

  @Test
  void nothingIsReadBehindWhatIsBroken() {
    receive("c000 30ffffffff c000");
    receive("c000");
    decoder.resume(frames.ctx);
    receive("c000");
    assertThat(frames.packets).containsExactly("c000");
    assertThat(frames.failures).hasSize(1);
  }

  @Test
  void aPacketThatIsRefusedEndsTheReading() {
    frames.onPacket =
        packet -> {
          throw ProtocolError.protocol("refused on purpose");
        };
    receive("c000 c000");
    receive("c000");
    assertThat(frames.packets).hasSize(1);
    assertFailedOnce(ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void whatComesDuringAPauseIsKeptInOrder() {
    frames.onPacket = packet -> decoder.pause();
    receive("1000 c000 30");
    receive("03 0001");
    receive("61 e000");
    assertThat(frames.packets).containsExactly("1000");
    frames.onPacket = packet -> {};
    int before = frames.bursts;
    decoder.resume(frames.ctx);
    assertThat(frames.packets).containsExactly("1000", "c000", "3003000161", "e000");
    assertThat(frames.bursts).isEqualTo(before + 1);
    receive("c000");
    assertThat(frames.packets).hasSize(5);
  }

  @Test
  void aPacketThatIsNotTakenIsHandedOverAgain() {
    frames.decoder = decoder;
    frames.refuses = true;
    receive("1000 c000 30");
    assertThat(frames.packets).isEmpty();
    decoder.resume(frames.ctx);
    assertThat(frames.packets).as("still not").isEmpty();
    assertThat(decoder.keepsSome()).isTrue();
    receive("03 0001");
    frames.refuses = false;
    decoder.resume(frames.ctx);
    receive("61");
    assertThat(frames.packets).containsExactly("1000", "c000", "3003000161");
    assertThat(decoder.keepsSome()).isFalse();
  }

  @Test
  void eachPacketMayPauseAgain() {
    frames.onPacket = packet -> decoder.pause();
    receive("c000 c100 c200");
    decoder.resume(frames.ctx);
    assertThat(frames.packets).containsExactly("c000", "c100");
    decoder.resume(frames.ctx);
    decoder.resume(frames.ctx);
    assertThat(frames.packets).containsExactly("c000", "c100", "c200");
  }

  @Test
  void aPacketMayPauseAndResumeBeforeItReturns() {
    frames.onPacket =
        packet -> {
          decoder.pause();
          decoder.resume(frames.ctx);
        };
    receive("c000 c100");
    assertThat(frames.packets).containsExactly("c000", "c100");
  }

  @Test
  void whoeverStopsGetsNothingMoreAndKeepsNothing() {
    frames.onPacket = packet -> decoder.stop();
    receive("c000 c100 30");
    receive("c200");
    decoder.resume(frames.ctx);
    assertThat(frames.packets).containsExactly("c000");
    assertThat(frames.failures).isEmpty();
  }

  @Test
  void stoppingGivesBackThePartOfAPacketThatIsThere() {
    receive("3003 00");
    decoder.stop();
    receive("0161");
    assertThat(frames.packets).isEmpty();
  }

  @Test
  void theSocketsEventsArePassedOn() {
    channel.pipeline().fireChannelWritabilityChanged();
    IOException reset = new IOException("reset on purpose");
    channel.pipeline().fireExceptionCaught(reset);
    receive("30");
    channel.close();
    assertThat(frames.writability).containsExactly(true);
    assertThat(frames.failures).containsExactly(reset);
    assertThat(frames.closed).isEqualTo(1);
  }

  @Test
  void takenOutOfItsPipelineItKeepsNothing() {
    receive("3003 00");
    channel.pipeline().remove(decoder);
    assertThat(frames.packets).isEmpty();
  }

  @Property(tries = 60)
  void anySplitWithAnyPausesGivesTheSamePackets(@ForAll Random random) {
    Recorder recorder = new Recorder();
    MqttDecoder cutter = new MqttDecoder(recorder, 10_000, new UnfinishedBytes(1 << 20, 1 << 20));
    EmbeddedChannel socket = new EmbeddedChannel(cutter);
    recorder.onPacket =
        packet -> {
          if (random.nextInt(5) == 0) {
            cutter.pause();
          }
        };
    List<String> sent = new ArrayList<>();
    ByteBuf stream = Unpooled.buffer();
    for (int i = random.nextInt(30); i >= 0; i--) {
      byte[] body = new byte[random.nextInt(random.nextInt(8) == 0 ? 5_000 : 200)];
      random.nextBytes(body);
      ByteBuf packet = Bytes.packet(random.nextInt(256), Unpooled.wrappedBuffer(body));
      sent.add(Bytes.hex(packet));
      stream.writeBytes(packet);
    }
    List<ByteBuf> reads = new ArrayList<>();
    while (stream.isReadable()) {
      int most = Math.min(stream.readableBytes(), random.nextBoolean() ? 3 : 2_000);
      ByteBuf read =
          PooledByteBufAllocator.DEFAULT.buffer().writeBytes(stream, 1 + random.nextInt(most));
      reads.add(read);
      socket.writeInbound(read);
      if (random.nextInt(3) == 0) {
        cutter.resume(recorder.ctx);
      }
    }
    for (int i = 0; i < sent.size(); i++) {
      cutter.resume(recorder.ctx);
    }
    assertThat(recorder.failures).isEmpty();
    assertThat(recorder.packets).isEqualTo(sent);
    assertThat(reads).allMatch(read -> read.refCnt() == 0);
    socket.finishAndReleaseAll();
  }
}
