package io.nanomq.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Supplier;

/**
 * Binary frames in, bytes on; bytes out, one binary frame each. Packets need not be aligned to
 * frames [MQTT-6.0.0-2]; a text frame ends the connection [MQTT-6.0.0-1].
 */
final class WebSocketFrames extends ChannelDuplexHandler {
  private final Supplier<FrameDecoder> decoder;

  /**
   * @param decoder takes the place of Netty's, which does not count what it keeps
   */
  WebSocketFrames(Supplier<FrameDecoder> decoder) {
    this.decoder = decoder;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof HandshakeComplete) {
      ctx.pipeline().replace(WebSocketFrameDecoder.class, "wsdecoder", decoder.get());
      ctx.pipeline().remove(HandshakeCheck.class);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof BinaryWebSocketFrame || message instanceof ContinuationWebSocketFrame) {
      // A frame and its content count references together: whoever reads the content frees both.
      ctx.fireChannelRead(((WebSocketFrame) message).content());
      return;
    }
    boolean isFrame = message instanceof WebSocketFrame;
    ReferenceCountUtil.release(message);
    Object answer = isFrame ? notBinary() : notFound();
    ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }

  private static CloseWebSocketFrame notBinary() {
    return new CloseWebSocketFrame(WebSocketCloseStatus.INVALID_MESSAGE_TYPE);
  }

  /** A request that does not ask for a WebSocket, or not under our path. */
  private static DefaultFullHttpResponse notFound() {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
    return response;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ctx.write(
        message instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : message, promise);
  }
}
