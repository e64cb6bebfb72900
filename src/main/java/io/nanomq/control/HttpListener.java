package io.nanomq.control;

import io.nanomq.config.HttpServerConf;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import jakarta.inject.Singleton;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The socket of the HTTP API. Quarkus's own one is off, because its port is fixed when the
 * application is built, and ours follows the running configuration. Not thread-safe: {@link
 * BrokerLifecycle} and the reconciler call it one at a time.
 *
 * <p>In dev mode the socket outlives a live reload on the same address: the request that causes a
 * reload came in through it and is answered by the reloaded application.
 */
@Singleton
public class HttpListener {
  /** Longest request line, in bytes: a client id of 1,024 bytes percent-encoded fits. */
  private static final int MAX_REQUEST_LINE = 8 * 1024;

  /** Longest header block, in bytes; what is longer is answered 431 before anybody reads it. */
  private static final int MAX_HEADERS = 8 * 1024;

  private static final int IDLE_SECONDS = 75;
  private static final String KEPT = "io.nanomq.api";

  private final Vertx vertx;
  private @Nullable HttpServer server;

  public HttpListener(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Opens the socket; fails with the cause where the address cannot be bound. */
  public Future<Void> open(HttpServerConf conf) {
    HttpServer kept = takeKept(conf);
    if (kept != null) {
      server = kept;
      return Future.succeededFuture();
    }
    var options =
        new HttpServerOptions()
            .setHost(conf.address())
            .setPort(conf.port())
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setIdleTimeout(IDLE_SECONDS);
    return vertx
        .createHttpServer(options)
        .requestHandler(VertxHttpRecorder.getRootHandler())
        .listen()
        .map(
            opened -> {
              server = opened;
              keep(conf, opened);
              return (Void) null;
            })
        .recover(cause -> Future.failedFuture(cannotListen(conf, cause)));
  }

  private static IllegalStateException cannotListen(HttpServerConf conf, Throwable cause) {
    return new IllegalStateException("Cannot listen on " + address(conf) + " (HTTP API)", cause);
  }

  /** Closes the socket and its connections; in dev mode leaves both to the next start. */
  public Future<Void> close() {
    HttpServer open = server;
    server = null;
    return open == null || LaunchMode.current() == LaunchMode.DEVELOPMENT
        ? Future.succeededFuture()
        : open.close();
  }

  /** The port that is open, which is another than configured where that is 0; -1 while closed. */
  public int port() {
    HttpServer open = server;
    return open == null ? -1 : open.actualPort();
  }

  // Live reload replaces our classes but neither Vert.x nor the JDK, so what is handed over from
  // one
  // generation of them to the next may only be known by types of theirs.
  private LocalMap<String, Shareable> handover() {
    return vertx.sharedData().getLocalMap(KEPT);
  }

  private void keep(HttpServerConf conf, HttpServer opened) {
    if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
      handover().put(address(conf), (Shareable & Supplier<HttpServer>) () -> opened);
    }
  }

  @SuppressWarnings("unchecked")
  private @Nullable HttpServer takeKept(HttpServerConf conf) {
    if (LaunchMode.current() != LaunchMode.DEVELOPMENT) {
      return null;
    }
    HttpServer same = null;
    for (String address : handover().keySet()) {
      HttpServer kept = ((Supplier<HttpServer>) handover().get(address)).get();
      if (address.equals(address(conf))) {
        same = kept;
      } else {
        handover().remove(address);
        kept.close();
      }
    }
    return same;
  }

  private static String address(HttpServerConf conf) {
    return conf.address() + ":" + conf.port();
  }
}
