package io.nanomq.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.spi.VertxThreadFactory;
import io.vertx.core.spi.transport.Transport;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is internal to Vert.x and needed nevertheless. No other class may touch it, so that a new
 * release of Vert.x is looked at here.
 */
public final class VertxInternals {
  /** Per cent of a loop's time for sockets, the rest for tasks; Netty's default. */
  private static final int IO_RATIO = 50;

  private static final int NO_DIGIT = 'x';

  private VertxInternals() {}

  /**
   * Event loops, made as Vert.x makes its own.
   *
   * @param name of the threads, which are numbered
   * @param first what each thread runs before anything else
   */
  public static EventLoopGroup eventLoops(Vertx vertx, int count, String name, Runnable first) {
    var internal = (VertxInternal) vertx;
    var made = new AtomicInteger();
    return internal
        .transport()
        .eventLoopGroup(
            Transport.IO_EVENT_LOOP_GROUP,
            count,
            work -> thread(internal, name + "-" + made.getAndIncrement(), first, work),
            IO_RATIO);
  }

  private static Thread thread(VertxInternal vertx, String name, Runnable first, Runnable work) {
    Thread thread =
        VertxThreadFactory.INSTANCE.newVertxThread(
            () -> {
              first.run();
              work.run();
            },
            name,
            false,
            vertx.maxEventLoopExecTime(),
            vertx.maxEventLoopExecTimeUnit());
    thread.setDaemon(true);
    return thread;
  }

  /** The loops on which Vert.x accepts connections. */
  public static EventLoopGroup acceptors(Vertx vertx) {
    return ((VertxInternal) vertx).getAcceptorEventLoopGroup();
  }

  /** A context on a loop of {@code loops}; what is opened on it stays there. */
  static Context context(Vertx vertx, EventLoopGroup loops) {
    return ((VertxInternal) vertx)
        .createEventLoopContext(loops.next(), null, Thread.currentThread().getContextClassLoader());
  }

  /** Where Vert.x stands in the pipeline of a connection. */
  static ChannelHandlerContext handler(HttpConnection connection) {
    return ((ConnectionBase) connection).channelHandlerContext();
  }

  /** Gives a request the body that was read for it. */
  public static void setBody(RoutingContext context, Buffer body) {
    ((RoutingContextInternal) context).setBody(body);
  }

  /**
   * Vert.x's decoder, but for a request that says twice, and differently, where its body ends:
   * Netty would drop one of the two and go on. Whoever is in front of us may have believed the
   * other one [RFC 9112, 6.1]. The same goes for a chunk's size that is none.
   *
   * @param turns says when the next request may be decoded
   */
  static HttpRequestDecoder requestDecoder(HttpServerOptions options, RequestTurns turns) {
    return new VertxHttpRequestDecoder(options) {
      private final ChunkSizes sizes = new ChunkSizes();

      @Override
      public void handlerAdded(ChannelHandlerContext context) throws Exception {
        super.handlerAdded(context);
        turns.onTurn(() -> goOn(context));
      }

      private void goOn(ChannelHandlerContext context) {
        try {
          channelRead(context, Unpooled.EMPTY_BUFFER);
          channelReadComplete(context);
        } catch (Exception e) {
          context.fireExceptionCaught(e);
        }
      }

      @Override
      public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        super.channelRead(context, message);
        turns.waiting(context.channel(), turns.isAnswering() ? actualReadableBytes() : 0);
      }

      /** Netty's own asks for more where nothing was decoded. */
      @Override
      public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (turns.isStopped()) {
          context.fireChannelReadComplete();
        } else {
          super.channelReadComplete(context);
        }
      }

      @Override
      protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out)
          throws Exception {
        if (turns.isAnswering()) {
          return;
        }
        int start = buffer.readerIndex();
        if (!sizes.isGood(buffer)) {
          buffer.setByte(start, NO_DIGIT); // the decoder refuses it now
        }
        super.decode(context, buffer, out);
        sizes.taken(buffer.readerIndex() - start);
        out.forEach(turns::decoded);
        if (!out.isEmpty()
            && out.get(0) instanceof HttpRequest request
            && HttpUtil.isTransferEncodingChunked(request)) {
          sizes.begin();
        }
      }

      @Override
      protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        message.setDecoderResult(
            DecoderResult.failure(
                new IllegalArgumentException("either Content-Length or Transfer-Encoding")));
      }
    };
  }
}
