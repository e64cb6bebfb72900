package io.nanomq.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
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
 * Counts the requests that are under way on each port of the API, so that a socket is closed after
 * they are answered. Shared: counters and sets are concurrent.
 */
@Singleton
public class HttpTraffic {
  /** Before everything that may answer. */
  private static final int PRIORITY = 2000;

  private static final int LOOK_MILLIS = 20;

  /** From the end of the last answer until its bytes may be taken to have left. */
  private static final int LINGER_MILLIS = 200;

  private final Vertx vertx;
  private final Map<Integer, AtomicInteger> underWay = new ConcurrentHashMap<>();
  private final Set<Integer> leaving = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Set<Runnable>> endless = new ConcurrentHashMap<>();

  public HttpTraffic(Vertx vertx) {
    this.vertx = vertx;
  }

  void register(@Observes Filters filters) {
    filters.register(this::count, PRIORITY);
  }

  private void count(RoutingContext context) {
    int port = context.request().localAddress().port();
    AtomicInteger here = counter(port);
    AtomicBoolean counted = new AtomicBoolean(true);
    here.incrementAndGet();
    context.addEndHandler(
        ended -> {
          if (counted.compareAndSet(true, false)) {
            here.decrementAndGet();
          }
        });
    // Asked when the answer is written, since that very request may be what moves the API.
    context.addHeadersEndHandler(headers -> lastOfItsConnection(context, port));
    context.next();
  }

  private void lastOfItsConnection(RoutingContext context, int port) {
    if (leaving.contains(port) && context.request().version() != HttpVersion.HTTP_2) {
      context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
  }

  private AtomicInteger counter(int port) {
    return underWay.computeIfAbsent(port, any -> new AtomicInteger());
  }

  /**
   * Ends an answer that would never end by itself as soon as its port is left.
   *
   * @param end what ends it; may come more than once
   * @return to be run when the answer is over
   */
  public Runnable endWith(int port, Runnable end) {
    Set<Runnable> here = endlessOn(port);
    here.add(end);
    if (leaving.contains(port)) {
      end.run();
    }
    return () -> here.remove(end);
  }

  private Set<Runnable> endlessOn(int port) {
    return endless.computeIfAbsent(port, any -> ConcurrentHashMap.newKeySet());
  }

  /**
   * From now on every answer on {@code port} is the last of its connection.
   *
   * @param maxMillis how long requests may take that are under way
   * @return done when there are none, or the time is up; {@link #left} must follow
   */
  Future<Void> leave(int port, long maxMillis) {
    leaving.add(port);
    endlessOn(port).forEach(Runnable::run);
    Promise<Void> quiet = Promise.promise();
    long end = System.nanoTime() + maxMillis * 1_000_000;
    vertx.setPeriodic(
        LOOK_MILLIS,
        timer -> {
          if (counter(port).get() == 0 || System.nanoTime() - end > 0) {
            vertx.cancelTimer(timer);
            vertx.setTimer(LINGER_MILLIS, later -> quiet.complete());
          }
        });
    return quiet.future();
  }

  /** The socket is closed; another one may open on that port. */
  void left(int port) {
    leaving.remove(port);
  }
}
