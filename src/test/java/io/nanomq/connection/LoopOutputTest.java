package io.nanomq.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.memory.Purpose;
import io.nanomq.metrics.DropReason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
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
}
