package io.nanomq.listener;

import io.nanomq.codec.MqttDecoder;
import io.nanomq.codec.UnfinishedBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder of frames, which keeps a frame until all of it has come, with what it keeps
 * counted. Each frame asks first whether it is its connection's turn; if not it waits here until
 * its turn comes. Of several pings that come together, or while the client does not read, the last
 * one is answered: RFC 6455, 5.5.3.
 */
final class FrameDecoder extends WebSocket08FrameDecoder {
  /** First byte of a ping: whole, and nothing reserved. */
  private static final int PING = 0x89;

  /** First byte, length and mask; a ping has {@value #MOST_PING_BYTES} bytes at most. */
  private static final int HEADER_BYTES = 6;

  private static final int MOST_PING_BYTES = 125;
  private static final int MOST_PINGS = 64;

  private final UnfinishedBytes.Share unfinished;
  private final IntPredicate takesFrame;
  private final Consumer<Runnable> turns;
  private @Nullable PingWebSocketFrame ping;
  private int kept;
  private boolean refused;
  private boolean isLast;
  // Netty's decoder has begun one and waits for its rest.
  private boolean isWithinFrame;

  /**
   * @param takesFrame whether the next frame may be handled now, by the bytes that wait
   * @param turns is given what to call when it may again
   */
  FrameDecoder(
      WebSocketDecoderConfig config,
      UnfinishedBytes.Share unfinished,
      IntPredicate takesFrame,
      Consumer<Runnable> turns) {
    super(config);
    this.unfinished = unfinished;
    this.takesFrame = takesFrame;
    this.turns = turns;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    turns.accept(() -> goOn(ctx));
  }

  /** It is the connection's turn again: handles what waits. */
  private void goOn(ChannelHandlerContext ctx) {
    if (ctx.isRemoved() || actualReadableBytes() == 0) {
      return;
    }
    try {
      channelRead(ctx, Unpooled.EMPTY_BUFFER);
      channelReadComplete(ctx);
    } catch (Exception failure) {
      ctx.fireExceptionCaught(failure);
    }
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
    if (!isLast && !takesFrame.test(in.readableBytes())) {
      return;
    }
    if (!isWithinFrame && skipsPings(in)) {
      return;
    }
    int before = out.size();
    int start = in.readerIndex();
    super.decode(ctx, in, out);
    isWithinFrame = out.size() == before && (isWithinFrame || in.readerIndex() > start);
    if (out.size() > before && out.get(before) instanceof PingWebSocketFrame last) {
      out.remove(before);
      replacePing(last);
    }
  }

  /**
   * Passes over pings that another one follows, which is the one that is answered: {@value
   * #MOST_PINGS} at most, since they count as one frame.
   *
   * @return whether there were any
   */
  private static boolean skipsPings(ByteBuf in) {
    int start = in.readerIndex();
    for (int i = 0; i < MOST_PINGS; i++) {
      int end = endOfPing(in);
      if (end < 0 || end >= in.writerIndex() || (in.getByte(end) & 0xFF) != PING) {
        break;
      }
      in.readerIndex(end);
    }
    return in.readerIndex() > start;
  }

  /** Where the ping ends that begins here; -1 = there is none, or not as RFC 6455 has it. */
  private static int endOfPing(ByteBuf in) {
    int at = in.readerIndex();
    if (in.readableBytes() < HEADER_BYTES || (in.getByte(at) & 0xFF) != PING) {
      return -1;
    }
    int second = in.getByte(at + 1) & 0xFF;
    int length = second & 0x7F;
    boolean isMasked = second >= 0x80;
    return isMasked && length <= MOST_PING_BYTES ? at + HEADER_BYTES + length : -1;
  }

  /** The client sends no more: whoever is behind keeps what cannot be handled yet. */
  @Override
  protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws Exception {
    isLast = true;
    super.decodeLast(ctx, in, out);
  }

  private void replacePing(@Nullable PingWebSocketFrame last) {
    if (ping != null) {
      ping.release();
    }
    ping = last;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    answerPing(ctx);
    // Netty's own would read on where nothing was decoded, and it may have been because of the
    // turn.
    discardSomeReadBytes();
    ctx.fireChannelReadComplete();
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
