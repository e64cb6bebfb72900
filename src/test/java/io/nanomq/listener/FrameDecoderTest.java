package io.nanomq.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.UnfinishedBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
  private final UnfinishedBytes unfinished = new UnfinishedBytes(50_000, 50_000);
  private int received;
  private int room = Integer.MAX_VALUE;
  private Runnable goOn = () -> {};
  private int gaveWay;

  private EmbeddedChannel channel() {
    var config = WebSocketDecoderConfig.newBuilder().maxFramePayloadLength(1_000_000).build();
    return new EmbeddedChannel(
        new FrameDecoder(
            config,
            unfinished.share(() -> gaveWay++),
            waiting -> received < room && received++ >= 0,
            action -> goOn = action));
  }

  /** A masked frame of that many bytes. */
  private static ByteBuf frame(int bytes) {
    EmbeddedChannel encoder = new EmbeddedChannel(new WebSocket08FrameEncoder(true));
    encoder.writeOutbound(new BinaryWebSocketFrame(Unpooled.buffer(bytes).writeZero(bytes)));
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf out = encoder.readOutbound(); out != null; out = encoder.readOutbound()) {
      all.writeBytes(out);
      out.release();
    }
    return all;
  }

  @Test
  void aFrameThatComesInPiecesIsHandedOnWhole() {
    EmbeddedChannel channel = channel();
    ByteBuf frame = frame(80_000);
    while (frame.isReadable()) {
      channel.writeInbound(frame.readBytes(Math.min(7_000, frame.readableBytes())));
    }
    BinaryWebSocketFrame whole = channel.readInbound();
    assertThat(whole.content().readableBytes()).isEqualTo(80_000);
    whole.release();
    channel.finishAndReleaseAll();
  }

  @Test
  void whatAllKeepOfUnfinishedFramesIsBoundedAndWhoHoldsMostGivesWay() {
    EmbeddedChannel first = channel();
    first.writeInbound(begun(900_000, 90_000));
    assertThat(gaveWay).isZero();
    EmbeddedChannel second = channel();
    second.writeInbound(begun(100_000, 10_000));
    second.checkException();
    assertThat(gaveWay).isEqualTo(1);

    // It has not gone yet, and may not go on.
    assertThatThrownBy(() -> first.writeInbound(Unpooled.buffer().writeZero(200_000)))
        .isInstanceOf(ProtocolError.class)
        .hasMessageContaining("unfinished");
    first.finishAndReleaseAll();
    second.finishAndReleaseAll();
  }

  /** The beginning of a frame. */
  private static ByteBuf begun(int bytes, int come) {
    ByteBuf whole = frame(bytes);
    ByteBuf part = whole.copy(whole.readerIndex(), come);
    whole.release();
    return part;
  }

  /** RFC 6455, 5.5.3: each pong is a system call. */
  @Test
  void ofManyPingsTheLastIsAnsweredAndSixtyFourCountAsAFrame() {
    EmbeddedChannel channel = channel();
    channel.writeInbound(pings(100));
    PongWebSocketFrame pong = channel.readOutbound();
    assertThat(pong.content().readInt()).isEqualTo(99);
    pong.release();
    assertThat(channel.<Object>readOutbound()).isNull();
    assertThat(channel.<Object>readInbound()).isNull();
    assertThat(received).isEqualTo(3);
    channel.finishAndReleaseAll();
  }

  @Test
  void aPingInPiecesAndOneWithinAMessageAreAnswered() {
    EmbeddedChannel channel = channel();
    ByteBuf two = pings(2);
    while (two.isReadable()) {
      channel.writeInbound(two.readBytes(3 > two.readableBytes() ? two.readableBytes() : 3));
    }
    two.release();
    assertThat(pong(channel)).isZero();
    assertThat(pong(channel)).isEqualTo(1);
    ByteBuf frame = frame(80_000);
    channel.writeInbound(frame.readBytes(50_000));
    channel.writeInbound(frame, pings(3));
    BinaryWebSocketFrame whole = channel.readInbound();
    assertThat(whole.content().readableBytes()).isEqualTo(80_000);
    whole.release();
    assertThat(pong(channel)).isEqualTo(2);
    channel.finishAndReleaseAll();
  }

  private static ByteBuf pings(int count) {
    EmbeddedChannel encoder = new EmbeddedChannel(new WebSocket08FrameEncoder(true));
    ByteBuf all = Unpooled.buffer();
    for (int i = 0; i < count; i++) {
      encoder.writeOutbound(new PingWebSocketFrame(Unpooled.buffer(4).writeInt(i)));
      for (ByteBuf out = encoder.readOutbound(); out != null; out = encoder.readOutbound()) {
        all.writeBytes(out);
        out.release();
      }
    }
    return all;
  }

  @Test
  void framesWaitForTheirConnectionsTurnAndNothingMoreIsReadMeanwhile() {
    room = 40;
    EmbeddedChannel channel = channel();
    channel.config().setAutoRead(false);
    ByteBuf frames = Unpooled.buffer();
    for (int i = 0; i < 100; i++) {
      ByteBuf frame = frame(3);
      frames.writeBytes(frame);
      frame.release();
    }
    channel.writeInbound(frames.writeBytes(pings(1)));
    assertThat(channel.inboundMessages()).hasSize(40);
    room = 90;
    goOn.run();
    assertThat(channel.inboundMessages()).hasSize(90);
    assertThat(channel.<Object>readOutbound()).isNull();
    room = 200;
    goOn.run();
    assertThat(channel.inboundMessages()).hasSize(100);
    assertThat(pong(channel)).isZero();
    channel.finishAndReleaseAll();
  }

  @Test
  void whatWaitsIsHandedOnWhenTheClientSendsNoMore() {
    room = 0;
    EmbeddedChannel channel = channel();
    channel.writeInbound(frame(3));
    assertThat(channel.<Object>readInbound()).isNull();
    channel.finish();
    BinaryWebSocketFrame last = channel.readInbound();
    assertThat(last.content().readableBytes()).isEqualTo(3);
    last.release();
  }

  private static int pong(EmbeddedChannel channel) {
    PongWebSocketFrame pong = channel.readOutbound();
    try {
      return pong.content().readInt();
    } finally {
      pong.release();
    }
  }
}
