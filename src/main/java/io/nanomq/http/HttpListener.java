package io.nanomq.http;

import io.nanomq.config.model.HttpServerConf;
import io.nanomq.listener.KeyFiles;
import io.quarkus.runtime.LaunchMode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The socket of the HTTP API. Quarkus's own one is off, because its port is fixed when the
 * application is built, and ours follows the running configuration. The start and the reconciler
 * change it, one at a time; any thread may ask for the port.
 *
 * <p>In dev mode the socket outlives a live reload on the same address: the request that causes a
 * reload came in through it and is answered by the reloaded application.
 */
@Singleton
public class HttpListener {
  private static final Logger LOG = Logger.getLogger("io.nanomq");

  /** How long requests on a socket that moves may take. */
  private static final long MOVE_MILLIS = 10_000;

  /** Between attempts to open again what a change that failed has closed. */
  private static final long REOPEN_MILLIS = 1_000;

  private final Vertx vertx;
  private final HttpSockets sockets;
  private final HttpTraffic traffic;
  private final HttpHandover handover;
  private volatile @Nullable HttpSocket open;
  private volatile Future<Void> moving = Future.succeededFuture();

  public HttpListener(Vertx vertx, HttpSockets sockets, HttpTraffic traffic) {
    this.vertx = vertx;
    this.sockets = sockets;
    this.traffic = traffic;
    this.handover = new HttpHandover(vertx);
  }

  /** Opens the socket; fails with the cause where the address cannot be bound. */
  public Future<Void> open(HttpServerConf conf) {
    HttpSocket kept = handover.take(conf);
    if (kept != null) {
      use(kept);
      return Future.succeededFuture();
    }
    return bind(conf, conf.port())
        .map(
            socket -> {
              use(socket);
              return null;
            });
  }

  void use(@Nullable HttpSocket socket) {
    open = socket;
  }

  Future<HttpSocket> bind(HttpServerConf conf, int port) {
    return sockets.open(conf, port).onSuccess(handover::keep);
  }

  Future<Void> tryKeys(HttpServerConf conf) {
    return sockets.tryKeys(conf);
  }

  /** What is to be done to serve the API where {@code next} says, after any move before. */
  public Future<HttpMove> move(HttpServerConf next) {
    return moving.transform(
        moved -> {
          HttpSocket now = open;
          boolean same = now == null ? !next.enable() : next.enable() && now.serves(next);
          return Future.succeededFuture(new HttpMove(this, now, next, !same));
        });
  }

  /** Accepts nobody more on a socket, and closes it when its requests are answered. */
  void retire(@Nullable HttpSocket old) {
    if (old != null) {
      moving = leave(old);
    }
  }

  private Future<Void> leave(HttpSocket old) {
    handover.forget(old);
    return old.stopAccepting()
        .transform(closed -> traffic.leave(old, MOVE_MILLIS))
        .transform(quiet -> old.close())
        .onComplete(closed -> traffic.left(old));
  }

  /** Opens a socket again that accepts nobody more, when its requests are answered. */
  void reopen(HttpSocket old) {
    Promise<Void> opened = Promise.promise();
    moving = opened.future();
    leave(old).onComplete(left -> reopen(old, opened));
  }

  private void reopen(HttpSocket old, Promise<Void> opened) {
    if (open != old) {
      opened.tryComplete(); // The process stops, or the API has moved on.
      return;
    }
    bind(old.conf(), old.port())
        .onSuccess(this::use)
        .onSuccess(again -> opened.tryComplete())
        .onFailure(
            failed -> {
              LOG.errorf("%s; it is tried again", failed.getMessage());
              // Changes need not wait for somebody else's socket to go away.
              opened.tryComplete();
              vertx.setTimer(REOPEN_MILLIS, later -> reopen(old, opened));
            });
  }

  /**
   * Accepts nobody more, answers what is under way, then closes the socket and its connections; in
   * dev mode leaves both to the next start. Whoever goes on asking over new connections would be
   * under way for as long as there is time.
   *
   * @param maxMillis how long requests may take that are under way
   */
  public Future<Void> close(long maxMillis) {
    HttpSocket now = open;
    open = null;
    return now == null || LaunchMode.current() == LaunchMode.DEVELOPMENT
        ? Future.succeededFuture()
        : now.stopAccepting()
            .transform(closed -> traffic.leave(now, maxMillis))
            .compose(quiet -> now.close());
  }

  /** The files whose renewal this follows. */
  public List<KeyFiles> keyFiles() {
    HttpSocket now = open;
    return now == null || now.tls() == null ? List.of() : List.of(now.tls());
  }

  /** The port that is open, which is another than configured where that is 0; -1 while closed. */
  public int port() {
    HttpSocket now = open;
    return now == null ? -1 : now.port();
  }
}
