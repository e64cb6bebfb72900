package io.nanomq.http;

import io.nanomq.loop.LoopConfined;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SingleThreadEventLoop;

/**
 * Has the API's event loop end each turn in which something came in with the rest that is due. One
 * handler for all connections, since all are on that loop.
 */
@ChannelHandler.Sharable
@LoopConfined
final class HttpTurns extends ChannelInboundHandlerAdapter {
  private final ApiShare share;
  private boolean ending;

  HttpTurns(ApiShare share) {
    this.share = share;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!ending && context.channel().eventLoop() instanceof SingleThreadEventLoop loop) {
      ending = true;
      loop.executeAfterEventLoopIteration(this::end);
    }
    context.fireChannelRead(message);
  }

  private void end() {
    ending = false;
    share.rest();
  }
}
