package io.nanomq.listener;

import io.nanomq.codec.UnfinishedBytes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.List;

/**
 * Netty's decoder of frames, which keeps a frame until all of it has come, with what it keeps
 * counted.
 */
final class FrameDecoder extends WebSocket08FrameDecoder {
  private final UnfinishedBytes.Share unfinished;
  private int kept;
  private boolean refused;

  FrameDecoder(WebSocketDecoderConfig config, UnfinishedBytes.Share unfinished) {
    super(config);
    this.unfinished = unfinished;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    super.channelRead(ctx, message);
    // Once a read and not once a frame: what is left then has to wait for more.
    if (!refused && !ctx.isRemoved() && !keeps(actualReadableBytes())) {
      refused = true;
      keeps(0);
      throw new CorruptedWebSocketFrameException(
          WebSocketCloseStatus.TRY_AGAIN_LATER, "Too much is unfinished on all connections");
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (refused) {
      in.skipBytes(in.readableBytes()); // what comes until the connection is closed
    } else {
      super.decode(ctx, in, out);
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
    super.handlerRemoved0(ctx);
  }
}
