package io.nanomq.bridge;

import io.nanomq.loop.LoopConfined;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/** The bytes of MQTT in binary frames of a WebSocket, as a client, RFC 6455 [MQTT-6.0.0-1]. */
@LoopConfined
final class ClientFrames extends ChannelDuplexHandler {
  private final Runnable opened;

  /**
   * @param opened is told when the other broker has agreed to a WebSocket
   */
  ClientFrames(Runnable opened) {
    this.opened = opened;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
      opened.run();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof BinaryWebSocketFrame || message instanceof ContinuationWebSocketFrame) {
      // A frame and its content count references together: whoever reads the content frees both.
      ctx.fireChannelRead(((WebSocketFrame) message).content());
    } else {
      ReferenceCountUtil.release(message);
      ctx.close(); // [MQTT-6.0.0-1]
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ctx.write(
        message instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : message, promise);
  }
}
