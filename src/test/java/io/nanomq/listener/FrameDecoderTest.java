package io.nanomq.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.codec.UnfinishedBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
  private final UnfinishedBytes unfinished = new UnfinishedBytes(50_000, 50_000);

  private EmbeddedChannel channel() {
    var config = WebSocketDecoderConfig.newBuilder().maxFramePayloadLength(1_000_000).build();
    return new EmbeddedChannel(new FrameDecoder(config, unfinished.share()));
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
  void whatAllKeepOfUnfinishedFramesIsBounded() {
    EmbeddedChannel first = channel();
    first.writeInbound(frame(100_000).readBytes(90_000));
    EmbeddedChannel second = channel();
    assertThatThrownBy(() -> second.writeInbound(frame(100_000).readBytes(10_000)))
        .isInstanceOf(CorruptedWebSocketFrameException.class)
        .hasMessageContaining("unfinished");
    second.finishAndReleaseAll();

    first.finishAndReleaseAll();
    EmbeddedChannel third = channel();
    third.writeInbound(frame(100_000).readBytes(10_000));
    third.checkException();
    third.finishAndReleaseAll();
  }
}
