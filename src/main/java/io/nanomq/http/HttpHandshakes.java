package io.nanomq.http;

import io.nanomq.loop.BlockingWork;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Future;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import jakarta.inject.Singleton;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * TLS handshakes of the API, by the rules of MQTT's: computed on a thread of their own with a lower
 * priority, bounded while they are not over, and none but the first of a connection. Vert.x counts
 * a connection only after its handshake. Safe for any thread.
 */
@Singleton
public class HttpHandshakes {
  /** Connections whose handshake is not over; each keeps some tens of KiB. */
  static final int MOST = 256;

  private final AtomicInteger underWay = new AtomicInteger();

  // Its thread ends by itself when there is nothing to do: in dev mode the socket outlives this.
  private final BlockingWork threads = new BlockingWork("nanomq-api-tls", 1, 2 * MOST);

  /** For Vert.x, which asks it for what TLS of a connection is made by. */
  JdkSSLEngineOptions engine() {
    return new Engine();
  }

  private final class Engine extends JdkSSLEngineOptions {
    @Override
    public JdkSSLEngineOptions copy() {
      return this; // There is nothing in it that changes.
    }

    @Override
    public SslContextFactory sslContextFactory() {
      return new DefaultSslContextFactory(SslProvider.JDK, false) {
        @Override
        public SslContext create() throws SSLException {
          return new Context(super.create());
        }
      };
    }
  }

  private final class Context extends DelegatingSslContext {
    Context(SslContext context) {
      super(context);
    }

    @Override
    protected SslHandler newHandler(
        ByteBufAllocator allocator, boolean startTls, Executor vertxThreads) {
      return new Handshake(newEngine(allocator), new Steps());
    }

    @Override
    protected void initEngine(SSLEngine engine) {
      // As Vert.x has made it.
    }
  }

  private final class Handshake extends SslHandler {
    private final Steps steps;

    Handshake(SSLEngine engine, Steps steps) {
      super(engine, steps);
      this.steps = steps;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
      boolean isRoom = underWay.incrementAndGet() <= MOST;
      super.handlerAdded(ctx);
      handshakeFuture().addListener(this::ended);
      if (!isRoom) {
        ctx.close();
      }
    }

    private void ended(Future<? super Channel> handshake) {
      underWay.decrementAndGet();
      steps.isOver = true;
    }
  }

  /** Computes what one handshake needs; called on the API's loop. */
  private final class Steps implements Executor {
    private volatile boolean isOver;

    @Override
    public void execute(Runnable step) {
      if (isOver) {
        throw new RejectedExecutionException("a second TLS handshake on one connection");
      }
      threads.submit(
          "api",
          BlockingWork.Work.of(
              () -> {
                if (!isOver) {
                  step.run();
                }
              },
              () -> {
                throw new RejectedExecutionException("too many TLS handshakes");
              }));
    }
  }
}
