package io.nanomq.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Knows the requests that are under way on each socket of the API, so that a socket is closed after
 * they are answered. By the socket and not by its port: one that opens on another address may have
 * the same port, and a request that came in there may be what waits. Shared: counters and sets are
 * concurrent.
 */
@Singleton
public class HttpTraffic {
  /** Before everything that may answer. */
  private static final int PRIORITY = 2000;

  private static final int LOOK_MILLIS = 20;

  /** From the end of the last answer until its bytes may be taken to have left. */
  private static final int LINGER_MILLIS = 200;

  private final Vertx vertx;
  private final Map<Channel, Requests> sockets = new ConcurrentHashMap<>();

  /** Those of one socket. */
  private static final class Requests {
    final AtomicInteger underWay = new AtomicInteger();
    final Set<Runnable> endless = ConcurrentHashMap.newKeySet();
    volatile boolean isLeaving;
  }

  public HttpTraffic(Vertx vertx) {
    this.vertx = vertx;
  }

  void register(@Observes Filters filters) {
    filters.register(this::count, PRIORITY);
  }

  private void count(RoutingContext context) {
    Channel connection = VertxInternals.handler(context.request().connection()).channel();
    Requests here = requests(connection.parent());
    AtomicBoolean counted = new AtomicBoolean(true);
    here.underWay.incrementAndGet();
    Runnable over =
        () -> {
          if (counted.compareAndSet(true, false)) {
            here.underWay.decrementAndGet();
          }
        };
    // A client that is gone ends it as well: whoever answers may have a handler of its own in the
    // place of the one that would say so.
    ChannelFutureListener gone = closed -> over.run();
    ChannelFuture end = connection.closeFuture().addListener(gone);
    context.addEndHandler(
        ended -> {
          end.removeListener(gone);
          over.run();
        });
    // Asked when the answer is written, since that very request may be what moves the API.
    context.addHeadersEndHandler(headers -> lastOfItsConnection(context, here));
    context.next();
  }

  private static void lastOfItsConnection(RoutingContext context, Requests here) {
    if (here.isLeaving && context.request().version() != HttpVersion.HTTP_2) {
      context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
  }

  private Requests requests(HttpConnection connection) {
    return requests(VertxInternals.handler(connection).channel().parent());
  }

  private Requests requests(Channel socket) {
    return sockets.computeIfAbsent(socket, any -> new Requests());
  }

  /**
   * Ends an answer that would never end by itself as soon as its socket is left.
   *
   * @param end what ends it; may come more than once
   * @return to be run when the answer is over
   */
  public Runnable endWith(HttpConnection connection, Runnable end) {
    Requests here = requests(connection);
    here.endless.add(end);
    if (here.isLeaving) {
      end.run();
    }
    return () -> here.endless.remove(end);
  }

  /**
   * From now on every answer of {@code socket} is the last of its connection.
   *
   * @param maxMillis how long requests may take that are under way
   * @return done when there are none, or the time is up; {@link #left} must follow
   */
  Future<Void> leave(HttpSocket socket, long maxMillis) {
    Channel accepting = socket.listening().get();
    if (accepting == null) {
      return Future.succeededFuture(); // Nobody has connected.
    }
    Requests here = requests(accepting);
    here.isLeaving = true;
    here.endless.forEach(Runnable::run);
    Promise<Void> quiet = Promise.promise();
    long end = System.nanoTime() + maxMillis * 1_000_000;
    vertx.setPeriodic(
        LOOK_MILLIS,
        timer -> {
          if (here.underWay.get() == 0 || System.nanoTime() - end > 0) {
            vertx.cancelTimer(timer);
            vertx.setTimer(LINGER_MILLIS, later -> quiet.complete());
          }
        });
    return quiet.future();
  }

  /** The socket is closed. */
  void left(HttpSocket socket) {
    Channel accepting = socket.listening().get();
    if (accepting != null) {
      sockets.remove(accepting);
    }
  }
}
