package io.nanomq.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose request does not arrive in time, however steadily it trickles: an idle
 * timeout begins again with each byte, and one whose first does not begin. The time to answer is
 * not counted, nor is the time between requests. Two handlers with one state: before the decoder a
 * request begins with a byte, and behind it are its head and its end. Confined to the connection's
 * event loop.
 */
final class HttpDeadline extends ChannelInboundHandlerAdapter {
  private final Duration head;
  private final Duration request;
  private final Runnable late;
  private final BooleanSupplier isAnswering;
  private @Nullable Future<?> timer;
  private boolean begun;
  private boolean inBody;

  /**
   * @param head from the first byte of a request to the end of its headers
   * @param request from the end of its headers to the end of its body
   * @param late told when a request that has begun took too long; closes the connection
   * @param isAnswering whether what comes waits for the answer to the request before
   */
  HttpDeadline(Duration head, Duration request, Runnable late, BooleanSupplier isAnswering) {
    this.head = head;
    this.request = request;
    this.late = late;
    this.isAnswering = isAnswering;
  }

  /** Who connects and says nothing keeps a place that somebody else may need. */
  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    begin(context, head, context::close);
  }

  /** To be placed before the decoder, where this object is behind it. */
  ChannelHandler firstBytes() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        if ((timer == null || !begun) && !isAnswering.getAsBoolean()) {
          begun = true;
          begin(context, head, late);
        }
        context.fireChannelRead(message);
      }
    };
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest && !inBody) {
      inBody = true;
      begin(context, request, late);
    }
    if (message instanceof LastHttpContent) {
      inBody = false;
      end();
    }
    context.fireChannelRead(message);
  }

  private void begin(ChannelHandlerContext context, Duration limit, Runnable then) {
    end();
    timer = context.executor().schedule(then, limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The body of this request may take as long as it takes. */
  void leave() {
    end();
  }

  private void end() {
    Future<?> running = timer;
    timer = null;
    if (running != null) {
      running.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end();
    context.fireChannelInactive();
  }
}
