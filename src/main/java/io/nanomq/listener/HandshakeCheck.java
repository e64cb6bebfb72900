package io.nanomq.listener;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges the head of a request for a WebSocket by RFC 6455, 4.2.1, where Netty does not: it
 * upgrades what it could not parse, and versions that are older than the standard. A request with a
 * body is refused too: nothing would read it, and it would be kept until all of it had come.
 * Whoever is refused is not read from any more.
 */
final class HandshakeCheck extends ChannelInboundHandlerAdapter {
  private static final String VERSION = "13";

  private boolean isRefused;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (isRefused) {
      ReferenceCountUtil.release(message);
      return;
    }
    HttpResponseStatus refusal = message instanceof HttpRequest request ? judge(request) : null;
    if (refusal == null) {
      ctx.fireChannelRead(message);
    } else {
      isRefused = true;
      ReferenceCountUtil.release(message);
      refuse(ctx, refusal);
    }
  }

  private static @Nullable HttpResponseStatus judge(HttpRequest request) {
    HttpHeaders headers = request.headers();
    if (request.decoderResult().isFailure() || hasBody(headers) || !hasHost(request)) {
      return HttpResponseStatus.BAD_REQUEST;
    }
    if (!headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
      return null; // another answer waits for it
    }
    if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      return HttpResponseStatus.BAD_REQUEST;
    }
    return headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION).equals(List.of(VERSION))
        ? null
        : HttpResponseStatus.UPGRADE_REQUIRED;
  }

  // There is one, even where nothing is in it [RFC 9112, 3.2].
  private static boolean hasHost(HttpRequest request) {
    int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
    return hosts == 1 || hosts == 0 && request.protocolVersion().equals(HttpVersion.HTTP_1_0);
  }

  private static boolean hasBody(HttpHeaders headers) {
    return headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        || headers.getAll(HttpHeaderNames.CONTENT_LENGTH).stream()
            .anyMatch(length -> !length.equals("0"));
  }

  private static void refuse(ChannelHandlerContext ctx, HttpResponseStatus status) {
    DefaultFullHttpResponse answer =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
    answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
    answer.headers().set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
    ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }
}
