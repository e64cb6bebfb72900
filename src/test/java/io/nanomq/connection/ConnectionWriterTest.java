package io.nanomq.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ReasonCode;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionWriterTest {
  private static final int FLUSH_BYTES = 64 * 1024;

  private final ConnectionFixture f = new ConnectionFixture();
  private final OutgoingPublish outgoing = new OutgoingPublish();
  private final List<ByteBuf> seen = new ArrayList<>();

  @AfterEach
  void close() {
    f.close();
    outgoing.close();
    assertThat(seen).allMatch(buffer -> buffer.refCnt() == 0);
  }

  /** What happens within a write, as a socket that breaks or drains does it. */
  private void within(ConnectionFixture.Client client, Runnable onWrite, Runnable onFlush) {
    client.channel.pipeline().addFirst(new Intruder(onWrite, onFlush));
  }

  private final class Intruder extends ChannelOutboundHandlerAdapter {
    private Runnable onWrite;
    private Runnable onFlush;

    Intruder(Runnable onWrite, Runnable onFlush) {
      this.onWrite = onWrite;
      this.onFlush = onFlush;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      seen.add((ByteBuf) message);
      Runnable once = onWrite;
      onWrite = () -> {};
      once.run();
      ctx.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
      Runnable once = onFlush;
      onFlush = () -> {};
      ctx.flush();
      once.run();
    }
  }

  private void publish(ConnectionFixture.Client client, int payloadBytes) {
    outgoing.begin(
        new PublishMessage(
            TopicName.of("t"), new byte[payloadBytes], new byte[0], 0, false, PublishMessage.NEVER),
        0);
    client.connection.writer().publish(outgoing, 0, 0, false, false, null);
    outgoing.end();
  }

  @Test
  void allOfATurnLeavesInOneWrite() {
    var client = f.connected(4, "c").send("c000 c000 c000");
    assertThat(client.writes()).isEqualTo(1);
    assertThat(client.got()).isEqualTo("d000d000d000");
    client.send("c000");
    assertThat(client.got()).as("the next turn").isEqualTo("d000");
  }

  @Test
  void moreThanABufferHoldsLeavesBeforeTheTurnEnds() {
    var client = f.connected(4, "c");
    for (int i = 0; i < 10; i++) {
      publish(client, 10_000);
    }
    int early = client.channel.outboundMessages().size();
    assertThat(early).isPositive();
    int bytes = 0;
    for (Object out : client.channel.outboundMessages()) {
      assertThat(((ByteBuf) out).readableBytes()).isLessThanOrEqualTo(FLUSH_BYTES);
      bytes += ((ByteBuf) out).readableBytes();
    }
    assertThat(bytes).isGreaterThan(FLUSH_BYTES / 2);
    assertThat(client.got()).hasSize(2 * 10 * (10_000 + 4 + 3 - 1));
  }

  @Test
  void aLargePayloadFollowsWhatWasWrittenBeforeIt() {
    var client = f.connected(4, "c");
    publish(client, 1);
    publish(client, OutgoingPublish.SHARED_PAYLOAD_BYTES);
    publish(client, 2);
    String got = client.got();
    assertThat(got)
        .startsWith("3004000174" + "00" + "308380010001" + "74")
        .endsWith("300500017400" + "00");
    assertThat(got).hasSize(2 * (6 + 7 + OutgoingPublish.SHARED_PAYLOAD_BYTES + 7));
  }

  @Test
  void aCloseWithinTheWriteAtTheEndOfATurnEndsItOnce() {
    var client = f.connected(5, "c");
    within(client, () -> client.connection.close(ReasonCode.ADMINISTRATIVE_ACTION, null), () -> {});
    client.send("c000");
    assertThat(client.isOpen()).isFalse();
    // What was on its way when it was closed may or may not get out; the reason comes once.
    assertThat(client.got().replace("d000", "")).isEqualTo("e00198");
    assertThat(f.registry.connectionCount()).isZero();
    assertThat(f.registry.size()).isZero();
  }

  @Test
  void aCloseWithinAWriteThatMakesRoomLeavesNothingBehind() {
    var client = f.connected(5, "c");
    within(client, () -> client.connection.close(ReasonCode.ADMINISTRATIVE_ACTION, null), () -> {});
    for (int i = 0; i < 10; i++) {
      publish(client, 10_000);
    }
    client.settle();
    assertThat(client.isOpen()).isFalse();
    assertThat(f.registry.connectionCount()).isZero();
  }

  @Test
  void aCloseWithinTheWriteOfALargePayloadLeavesNothingBehind() {
    var client = f.connected(5, "c");
    within(client, () -> client.connection.close(ReasonCode.ADMINISTRATIVE_ACTION, null), () -> {});
    publish(client, 3 * OutgoingPublish.SHARED_PAYLOAD_BYTES);
    assertThat(client.isOpen()).isFalse();
    assertThat(f.registry.connectionCount()).isZero();
  }

  @Test
  void aWriteWithinAFlushLeavesInTheNextTurn() {
    var client = f.connected(4, "c");
    within(client, () -> {}, () -> client.connection.writer().release(7));
    client.send("c000");
    assertThat(client.got()).isEqualTo("d000" + "62020007");
  }

  @Test
  void aWriteWithinAWriteLosesNothing() {
    var client = f.connected(4, "c");
    within(client, () -> client.connection.writer().release(7), () -> {});
    client.send("c000").send("c000");
    assertThat(client.got()).contains("62020007").hasSize(2 * (2 + 4 + 2));
  }

  @Test
  void whoReadsSlowlyGetsTheLastWord() {
    var client = f.connected(5, "c");
    client.connection.writer().release(1);
    client.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    client.channel.runPendingTasks();
    client.connection.close(ReasonCode.ADMINISTRATIVE_ACTION, null);
    assertThat(client.isOpen()).isFalse();
    assertThat(client.got()).isEqualTo("62020001" + "e00198");
  }

  @Test
  void afterTheEndNothingIsWritten() {
    var client = f.connected(5, "c");
    client.connection.close(ReasonCode.ADMINISTRATIVE_ACTION, null);
    publish(client, 1);
    client.connection.writer().release(1);
    client.connection.close(ReasonCode.SERVER_SHUTTING_DOWN, null);
    assertThat(client.connection.writer().isWritable()).isFalse();
    assertThat(client.got()).isEqualTo("e00198");
  }
}
