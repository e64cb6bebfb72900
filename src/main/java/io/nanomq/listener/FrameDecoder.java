package io.nanomq.listener;

import io.nanomq.codec.MqttDecoder;
import io.nanomq.codec.UnfinishedBytes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder of frames, which keeps a frame until all of it has come, with what it keeps
 * counted, and with the frames counted too. Of several pings that come together, or while the
 * client does not read, the last one is answered: RFC 6455, 5.5.3.
 */
final class FrameDecoder extends WebSocket08FrameDecoder {
  private final UnfinishedBytes.Share unfinished;
  private final IntConsumer received;
  private @Nullable PingWebSocketFrame ping;
  private int frames;
  private int kept;
  private boolean refused;

  /**
   * @param received told how many frames a read has brought
   */
  FrameDecoder(
      WebSocketDecoderConfig config, UnfinishedBytes.Share unfinished, IntConsumer received) {
    super(config);
    this.unfinished = unfinished;
    this.received = received;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    super.channelRead(ctx, message);
    // Once a read and not once a frame: what is left then has to wait for more.
    if (!refused && !ctx.isRemoved() && !keeps(actualReadableBytes())) {
      refused = true;
      keeps(0);
      throw MqttDecoder.GAVE_WAY;
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (refused) {
      in.skipBytes(in.readableBytes()); // what comes until the connection is closed
      return;
    }
    int before = out.size();
    super.decode(ctx, in, out);
    if (out.size() > before) {
      frames++;
      if (out.get(before) instanceof PingWebSocketFrame last) {
        out.remove(before);
        replacePing(last);
      }
    }
  }

  private void replacePing(@Nullable PingWebSocketFrame last) {
    if (ping != null) {
      ping.release();
    }
    ping = last;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    int count = frames;
    frames = 0;
    received.accept(count);
    answerPing(ctx);
    super.channelReadComplete(ctx);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
    answerPing(ctx);
    super.channelWritabilityChanged(ctx);
  }

  private void answerPing(ChannelHandlerContext ctx) {
    PingWebSocketFrame asked = ping;
    if (asked != null && ctx.channel().isWritable()) {
      ping = null;
      ctx.channel().writeAndFlush(new PongWebSocketFrame(asked.content()));
    }
  }

  private boolean keeps(int now) {
    boolean isHeld = now == kept || unfinished.change(kept, now);
    kept = isHeld ? now : kept;
    return isHeld;
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
    keeps(0);
    replacePing(null);
    super.handlerRemoved0(ctx);
  }
}
