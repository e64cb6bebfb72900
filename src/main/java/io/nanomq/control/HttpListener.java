package io.nanomq.control;

import io.nanomq.config.HttpServerConf;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The socket of the HTTP API. Quarkus's own one is off, because its port is fixed when the
 * application is built, and ours follows the running configuration. {@link BrokerLifecycle} and the
 * reconciler change it, one at a time; any thread may ask for the port.
 *
 * <p>In dev mode the socket outlives a live reload on the same address: the request that causes a
 * reload came in through it and is answered by the reloaded application.
 */
@Singleton
public class HttpListener {
  private static final Logger LOG = Logger.getLogger("io.nanomq");

  /** Longest request line, in bytes: a client id of 1,024 bytes percent-encoded fits. */
  private static final int MAX_REQUEST_LINE = 8 * 1024;

  /** Longest header block, in bytes; what is longer is answered 431 before anybody reads it. */
  private static final int MAX_HEADERS = 8 * 1024;

  private static final int IDLE_SECONDS = 75;

  /** How long requests on a socket that moves may take. */
  private static final long MOVE_MILLIS = 10_000;

  private final Vertx vertx;
  private final HttpTraffic traffic;
  private final HttpConnections connections;
  private final HttpHandover handover;
  private volatile @Nullable Socket open;
  private volatile Future<Void> moving = Future.succeededFuture();

  private record Socket(HttpServerConf conf, HttpServer server) {
    int port() {
      return server.actualPort();
    }
  }

  public HttpListener(Vertx vertx, HttpTraffic traffic, HttpConnections connections) {
    this.vertx = vertx;
    this.traffic = traffic;
    this.connections = connections;
    this.handover = new HttpHandover(vertx);
  }

  /** Opens the socket; fails with the cause where the address cannot be bound. */
  public Future<Void> open(HttpServerConf conf) {
    HttpServer kept = handover.take(address(conf));
    if (kept != null) {
      return Future.succeededFuture(use(new Socket(conf, kept)));
    }
    return bind(conf).map(this::use);
  }

  private @Nullable Void use(Socket socket) {
    open = socket;
    return null;
  }

  private Future<Socket> bind(HttpServerConf conf) {
    var options =
        new HttpServerOptions()
            .setHost(conf.address())
            .setPort(conf.port())
            // Clients that offer HTTP/2 go on with 1.1, for which ApiBody and the limits are made.
            .setHttp2ClearTextEnabled(false)
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setIdleTimeout(IDLE_SECONDS);
    return connections
        .guard(vertx.createHttpServer(options))
        .requestHandler(VertxHttpRecorder.getRootHandler())
        .listen()
        .map(
            opened -> {
              handover.keep(address(conf), opened);
              return new Socket(conf, opened);
            })
        .recover(cause -> Future.failedFuture(cannotListen(conf, cause)));
  }

  private static IllegalStateException cannotListen(HttpServerConf conf, Throwable cause) {
    return new IllegalStateException("Cannot listen on " + address(conf) + " (HTTP API)", cause);
  }

  /**
   * Prepares to serve the API where {@code next} says. A new address is bound here and now, beside
   * the one in use, so that what is impossible fails before anything has changed. The same port on
   * another address cannot be bound twice; it is bound when the move is committed.
   *
   * @return fails with the cause where the address cannot be bound
   */
  Future<HttpMove> prepare(HttpServerConf next) {
    Socket now = open;
    if (now == null ? !next.enable() : next.enable() && sameAddress(now.conf(), next)) {
      return Future.succeededFuture(HttpMove.NONE);
    }
    return moving.transform(moved -> prepare(now, next));
  }

  private Future<HttpMove> prepare(@Nullable Socket now, HttpServerConf next) {
    if (!next.enable()) {
      return Future.succeededFuture(move(() -> leave(now, null), Future::succeededFuture));
    }
    if (now != null && now.port() == next.port()) {
      return Future.succeededFuture(
          move(() -> retire(now).compose(gone -> reopen(now, next)), Future::succeededFuture));
    }
    return bind(next).map(socket -> move(() -> leave(now, socket), () -> close(socket)));
  }

  private HttpMove move(Supplier<Future<Void>> commit, Supplier<Future<Void>> undo) {
    return new HttpMove(() -> moving = commit.get(), undo);
  }

  private Future<Void> leave(@Nullable Socket old, @Nullable Socket next) {
    open = next;
    return old == null ? Future.succeededFuture() : retire(old);
  }

  private Future<Void> retire(Socket old) {
    return traffic
        .leave(old.port(), MOVE_MILLIS)
        .compose(quiet -> close(old))
        .onComplete(closed -> traffic.left(old.port()));
  }

  private Future<Void> reopen(Socket old, HttpServerConf next) {
    return bind(next)
        .recover(
            failed -> {
              LOG.errorf(failed, "The HTTP API stays on %s", address(old.conf()));
              return bind(old.conf());
            })
        .map(this::use);
  }

  private Future<Void> close(Socket socket) {
    handover.forget(address(socket.conf()));
    return socket.server().close();
  }

  /**
   * Answers what is under way, then closes the socket and its connections; in dev mode leaves both
   * to the next start.
   *
   * @param maxMillis how long requests may take that are under way
   */
  public Future<Void> close(long maxMillis) {
    Socket now = open;
    open = null;
    return now == null || LaunchMode.current() == LaunchMode.DEVELOPMENT
        ? Future.succeededFuture()
        : traffic.leave(now.port(), maxMillis).compose(quiet -> now.server().close());
  }

  /** The port that is open, which is another than configured where that is 0; -1 while closed. */
  public int port() {
    Socket now = open;
    return now == null ? -1 : now.port();
  }

  private static boolean sameAddress(HttpServerConf one, HttpServerConf other) {
    return address(one).equals(address(other));
  }

  private static String address(HttpServerConf conf) {
    return conf.address() + ":" + conf.port();
  }
}
