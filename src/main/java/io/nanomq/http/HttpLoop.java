package io.nanomq.http;

import io.nanomq.loop.ThreadPriority;
import io.netty.channel.EventLoopGroup;
import io.quarkus.runtime.LaunchMode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.spi.VertxThreadFactory;
import io.vertx.core.spi.transport.Transport;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An event loop of the API's own. Vert.x serves all connections of one HTTP server on one loop, and
 * were that one of MQTT's, its clients would wait for every request that is read, checked and
 * answered. Not in dev mode, where the API's socket outlives the application: see {@link
 * HttpHandover}.
 */
@Singleton
public class HttpLoop {
  /** Per cent of its time for sockets, the rest for tasks; Netty's default. */
  private static final int IO_RATIO = 50;

  private final @Nullable EventLoopGroup group;
  private final @Nullable ContextInternal context;

  public HttpLoop(Vertx vertx) {
    if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
      group = null;
      context = null;
      return;
    }
    var internal = (VertxInternal) vertx;
    group =
        internal
            .transport()
            .eventLoopGroup(
                Transport.IO_EVENT_LOOP_GROUP, 1, work -> thread(internal, work), IO_RATIO);
    context =
        internal.createEventLoopContext(
            group.next(), null, Thread.currentThread().getContextClassLoader());
  }

  private static Thread thread(VertxInternal vertx, Runnable work) {
    Thread thread =
        VertxThreadFactory.INSTANCE.newVertxThread(
            () -> {
              ThreadPriority.lower();
              work.run();
            },
            "nanomq-api",
            false,
            vertx.maxEventLoopExecTime(),
            vertx.maxEventLoopExecTimeUnit());
    thread.setDaemon(true);
    return thread;
  }

  /** Opens something whose events come on this loop from then on. */
  <T> Future<T> open(Supplier<Future<T>> opening) {
    ContextInternal own = context;
    if (own == null) {
      return opening.get();
    }
    Promise<T> opened = Promise.promise();
    own.runOnContext(here -> opening.get().onComplete(opened));
    return opened.future();
  }

  /** Whether nothing but the API is on it, so that it may rest. */
  boolean isOwn() {
    return group != null;
  }

  @PreDestroy
  void close() {
    EventLoopGroup own = group;
    if (own != null) {
      own.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
