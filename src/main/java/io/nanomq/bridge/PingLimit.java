package io.nanomq.bridge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;

/** Passes over the pings of a peer that does not read what it is answered. */
final class PingLimit extends ChannelInboundHandlerAdapter {
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof PingWebSocketFrame ping && !ctx.channel().isWritable()) {
      ping.release();
    } else {
      ctx.fireChannelRead(message);
    }
  }
}
