package io.nanomq.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.memory.Purpose;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopOutputTest {
  private final ConnectionFixture f = new ConnectionFixture();
  private final LoopOutput output = new LoopOutput(f.loop, 1_000);

  @AfterEach
  void close() {
    f.close();
  }

  private static ConnectionWriter writer(ConnectionFixture.Client client) {
    return client.connection.writer();
  }

  @Test
  void whatWaitsIsCountedUntilItIsRead() {
    ConnectionWriter one = writer(f.client());
    ConnectionWriter other = writer(f.client());
    output.changed(one, 0, 500);
    output.changed(other, 0, 300);
    assertThat(output.bytes()).isEqualTo(800);
    assertThat(output.isShort()).isFalse();
    output.changed(one, 500, 501);
    assertThat(output.isShort()).as("four fifths").isTrue();
    output.changed(other, 300, 0);
    assertThat(output.isShort()).isFalse();
    assertThat(output.bytes()).isEqualTo(501);
    assertThat(output.isArmed()).isTrue();
    // Nothing waits in these sockets, so that none is looked at again.
    f.loops.advance(1_000);
    assertThat(output.isArmed()).isFalse();
  }

  @Test
  void nobodyIsClosedWhileThereIsRoom() {
    ConnectionFixture.Client client = f.client();
    output.changed(writer(client), 0, 1_000);
    output.shed();
    assertThat(client.isOpen()).isTrue();
    assertThat(f.loop.counters().drops(DropReason.OUTPUT_LIMIT)).isZero();
  }

  /** A socket that takes nothing, and is not closed before its last word is read, as with TLS. */
  private static final class Stuck extends ChannelOutboundHandlerAdapter {
    @Override
    public void flush(ChannelHandlerContext ctx) {
      // What was written waits.
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
      // As SslHandler does.
    }
  }

  private ConnectionFixture.Client stuck(String clientId, int bytes) {
    ConnectionFixture.Client client = f.client().send(ConnectionFixture.connect(clientId, ""));
    client.got();
    client.channel.pipeline().addFirst("stuck", new Stuck());
    writer(client).reserve(bytes).writeZero(bytes);
    client.settle();
    return client;
  }

  @Test
  void whoHasMostIsClosedWhereItIsTooMuchAndTheOthersAreHeldUntilTheyRead() {
    long limit = f.budgets.of(Purpose.OUTPUT).perLoop(1);
    LoopOutput all = f.context.output();
    ConnectionFixture.Client reads = f.client().send(ConnectionFixture.connect("reads", ""));
    all.changed(writer(reads), 0, limit - 250_000);
    ConnectionFixture.Client little = stuck("little", 100_000);
    assertThat(writer(little).waitingBytes()).isGreaterThanOrEqualTo(100_000);
    assertThat(writer(little).isWritable()).as("held").isFalse();
    assertThat(writer(reads).isWritable()).as("nothing waits for it").isTrue();
    ConnectionFixture.Client most = stuck("most", 190_000);
    assertThat(most.isOpen()).isFalse();
    assertThat(little.isOpen()).isTrue();
    assertThat(f.loop.counters().drops(DropReason.OUTPUT_LIMIT)).isOne();

    little.channel.pipeline().remove("stuck");
    little.channel.flush();
    f.loops.advance(200);
    assertThat(writer(little).isWritable()).isTrue();
    assertThat(all.bytes()).isEqualTo(limit - 250_000);
    little.got();
  }

  @Test
  void whatSeveralWaitForIsCountedOnce() {
    ByteBuf payload = Unpooled.buffer(400).writeZero(400);
    ByteBuf another = Unpooled.buffer(300).writeZero(300);
    LoopOutput.Shared first = output.share(payload);
    LoopOutput.Shared second = output.share(payload);
    assertThat(second).isSameAs(first);
    assertThat(output.bytes()).isEqualTo(400);
    assertThat(first.partBytes()).isEqualTo(200);
    LoopOutput.Shared third = output.share(another);
    assertThat(third).as("as long as it waits").isNotSameAs(first);
    assertThat(output.bytes()).isEqualTo(700);
    output.shareNoMore(first);
    assertThat(output.bytes()).isEqualTo(700);
    output.shareNoMore(second);
    assertThat(output.bytes()).isEqualTo(300);
    output.shareNoMore(third);
    assertThat(output.bytes()).isZero();
    assertThat(output.share(payload)).as("anew").isNotSameAs(first);
  }

  @Test
  void manyLargePayloadsGoToTheKernelBitByBitWhereThereIsRoomForTheRest() {
    int half = LoopOutput.KERNEL_BYTES / 2;
    assertThat(output.takeForKernel(half)).isTrue();
    assertThat(output.takeForKernel(half)).isTrue();
    assertThat(output.takeForKernel(half)).as("the third").isFalse();
    f.loops.advance(501);
    assertThat(output.takeForKernel(half)).as("half a second later").isTrue();
    assertThat(output.takeForKernel(half)).isFalse();
    output.changed(writer(f.client()), 0, 501);
    assertThat(output.takeForKernel(half)).as("no room").isTrue();
    f.loops.advance(10_000);
    assertThat(output.takeForKernel(2 * half)).isTrue();
    output.changed(writer(f.client()), 501, 0);
    assertThat(output.takeForKernel(1)).as("however long nothing was sent").isFalse();
  }

  private void publish(ConnectionFixture.Client client, OutgoingPublish outgoing) {
    writer(client).publish(outgoing, 0, 0, false, false, null);
    client.settle();
  }

  @Test
  void whoWaitsAloneForALargePayloadIsClosedBeforeThoseWhoShareOne() {
    LoopOutput all = f.context.output();
    int shared = 900_000;
    int alone = 500_000;
    OutgoingPublish outgoing = new OutgoingPublish();
    List<ConnectionFixture.Client> sharing = List.of(stuck("a", 100), stuck("b", 100));
    ConnectionFixture.Client single = stuck("c", 100);
    outgoing.begin(message(shared), 0);
    sharing.forEach(client -> publish(client, outgoing));
    outgoing.end();
    outgoing.begin(message(alone), 0);
    publish(single, outgoing);
    outgoing.end();
    assertThat(all.bytes()).isBetween(1_400_000L, 1_402_000L);
    assertThat(writer(single).costBytes()).isBetween(500_000L, 501_000L);
    assertThat(writer(sharing.get(0)).costBytes()).isBetween(450_000L, 451_000L);
    assertThat(writer(sharing.get(0)).isUnread()).as("nothing of its own").isFalse();

    ConnectionFixture.Client reads = f.client().send(ConnectionFixture.connect("reads", ""));
    long rest = f.budgets.of(Purpose.OUTPUT).perLoop(1) - 1_000_000;
    all.changed(writer(reads), 0, rest);
    reads.send("c000");
    assertThat(single.isOpen()).isFalse();
    assertThat(sharing).allMatch(ConnectionFixture.Client::isOpen);
    assertThat(all.bytes()).isBetween(rest + 900_000, rest + 902_000);
    all.changed(writer(reads), rest, 0);
    sharing.forEach(client -> writer(client).abandon());
    assertThat(all.bytes()).isZero();
    outgoing.close();
  }

  private static PublishMessage message(int bytes) {
    return new PublishMessage(
        TopicName.of("t"), new byte[bytes], new byte[0], 0, false, PublishMessage.NEVER);
  }
}
