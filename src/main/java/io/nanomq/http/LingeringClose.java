package io.nanomq.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection for good: what comes after a request that cannot be understood, or after an
 * answer that says {@code Connection: close}, is thrown away, since it may be the rest of a body as
 * well as a request. Also answers what the framework behind would leave without an answer: a body
 * that breaks off, and one that does not come in time. Confined to the connection's event loop.
 */
final class LingeringClose extends ChannelDuplexHandler {
  /** How long the caller gets to read the last answer while what it sends is thrown away. */
  private static final int LINGER_SECONDS = 1;

  private final Function<String, byte[]> error;
  private @Nullable ChannelHandlerContext context;
  private boolean answered;
  private boolean closing;
  private boolean ended;

  /**
   * @param error the body of an answer with that message
   */
  LingeringClose(Function<String, byte[]> error) {
    this.error = error;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (ended) {
      ReferenceCountUtil.release(message);
    } else if (!(message instanceof HttpRequest)
        && message instanceof HttpContent content
        && content.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      refuse(HttpResponseStatus.BAD_REQUEST, "The body is not what its coding says");
    } else {
      read(context, message);
    }
  }

  private void read(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      answered = false;
      // It is answered by those behind; nothing that follows is a request for certain.
      ended = request.decoderResult().isFailure();
    }
    context.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response && !isInterim(response)) {
      answered = true;
      closing = response.headers().contains(HttpHeaderNames.CONNECTION, "close", true);
    }
    if (closing && message instanceof LastHttpContent) {
      ended = true;
      // Counted from when it has left: a long answer to a slow reader takes its time.
      context.write(message, promise.unvoid().addListener(sent -> closeSoon(context)));
      return;
    }
    context.write(message, promise);
  }

  private static void closeSoon(ChannelHandlerContext context) {
    endOutput(context);
    context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
  }

  /** Who reads to the end of the stream need not wait for what is thrown away meanwhile. */
  private static void endOutput(ChannelHandlerContext context) {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.closeOutbound();
    } else if (context.channel() instanceof DuplexChannel socket) {
      socket.shutdownOutput();
    }
  }

  private static boolean isInterim(HttpResponse response) {
    return response.status().code() < HttpResponseStatus.OK.code();
  }

  /** The request under way has not come within its time. */
  void late() {
    refuse(HttpResponseStatus.REQUEST_TIMEOUT, "The request did not come within its time");
  }

  /** Answers, unless that was done already, and closes. */
  private void refuse(HttpResponseStatus status, String message) {
    ChannelHandlerContext here = context;
    ended = true;
    if (here == null) {
      return;
    }
    if (answered) {
      here.close();
      return;
    }
    answered = true;
    byte[] body = error.apply(message);
    var answer =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    answer
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    here.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }
}
