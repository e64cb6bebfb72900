package io.nanomq.http;

import io.nanomq.loop.ThreadPriority;
import io.netty.channel.EventLoopGroup;
import io.quarkus.runtime.LaunchMode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
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
  private final @Nullable EventLoopGroup group;
  private final @Nullable Context context;

  public HttpLoop(Vertx vertx) {
    if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
      group = null;
      context = null;
      return;
    }
    group = VertxInternals.eventLoops(vertx, 1, "nanomq-api", ThreadPriority::lower);
    context = VertxInternals.context(vertx, group);
  }

  /** Opens something whose events come on this loop from then on. */
  <T> Future<T> open(Supplier<Future<T>> opening) {
    Context own = context;
    if (own == null) {
      return opening.get();
    }
    Promise<T> opened = Promise.promise();
    own.runOnContext(here -> opening.get().onComplete(opened));
    return opened.future();
  }

  @PreDestroy
  void close() {
    EventLoopGroup own = group;
    if (own != null) {
      own.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
