package io.nanomq.listener;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Locale;

/**
 * Refuses WebSockets that pages of other sites ask for, RFC 6455, 10.2. Browsers say with each
 * request whose page it is; who is no browser says nothing, and is let on to its CONNECT.
 */
@ChannelHandler.Sharable
final class OriginCheck extends ChannelInboundHandlerAdapter {
  private static final String ALL = "*";

  private final List<String> allowed;

  /**
   * @param allowed origins in lower case, such as https://example.org
   */
  OriginCheck(List<String> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request && !isAllowed(request)) {
      ReferenceCountUtil.release(message);
      var refusal =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.FORBIDDEN, Unpooled.EMPTY_BUFFER);
      refusal.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
      ctx.writeAndFlush(refusal).addListener(ChannelFutureListener.CLOSE);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  /** Each one that is given: a second one would be no browser's. */
  private boolean isAllowed(HttpRequest request) {
    return allowed.contains(ALL)
        || request.headers().getAll(HttpHeaderNames.ORIGIN).stream()
            .allMatch(origin -> allowed.contains(origin.toLowerCase(Locale.ROOT)));
  }
}
