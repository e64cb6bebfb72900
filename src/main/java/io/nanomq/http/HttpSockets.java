package io.nanomq.http;

import io.nanomq.config.model.HttpServerConf;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Opens sockets of the HTTP API, plain ones and those with TLS. */
@Singleton
public class HttpSockets {
  /** Longest request line, in bytes: a client id of 1,024 bytes percent-encoded fits. */
  private static final int MAX_REQUEST_LINE = 8 * 1024;

  /** Longest header block, in bytes; what is longer is answered 431 before anybody reads it. */
  private static final int MAX_HEADERS = 8 * 1024;

  private static final int IDLE_SECONDS = 75;

  private final Vertx vertx;
  private final HttpLoop loop;
  private final HttpConnections connections;
  private final HttpKeyFiles files;
  private final HttpHandshakes handshakes;

  public HttpSockets(
      Vertx vertx,
      HttpLoop loop,
      HttpConnections connections,
      HttpKeyFiles files,
      HttpHandshakes handshakes) {
    this.vertx = vertx;
    this.loop = loop;
    this.connections = connections;
    this.files = files;
    this.handshakes = handshakes;
  }

  /**
   * Opens a socket.
   *
   * @param port to bind; that of {@code conf}, or the one that a socket for it had
   * @return fails with the cause where the address cannot be bound or keys cannot be used
   */
  Future<HttpSocket> open(HttpServerConf conf, int port) {
    var options =
        new HttpServerOptions()
            .setHost(conf.address())
            .setPort(port)
            // Clients that offer HTTP/2 go on with 1.1, for which ApiBody and the limits are made.
            .setHttp2ClearTextEnabled(false)
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setIdleTimeout(IDLE_SECONDS);
    return conf.isSecure()
        ? readKeys(conf, options).compose(tls -> listen(conf, options, tls))
        : listen(conf, options, null);
  }

  /** Whether the keys can be used that a socket for {@code conf} needs; fails where not. */
  Future<Void> tryKeys(HttpServerConf conf) {
    return conf.isSecure()
        ? readKeys(conf, new HttpServerOptions()).mapEmpty()
        : Future.succeededFuture();
  }

  private Future<HttpTls> readKeys(HttpServerConf conf, HttpServerOptions options) {
    return vertx
        .executeBlocking(() -> HttpTls.secure(options, conf.tls(), files, handshakes), false)
        .recover(
            cause -> {
              String names = conf.tls().certFile() + " " + conf.tls().keyFile();
              return failed("Keys of the HTTP API cannot be used, " + names, cause);
            });
  }

  private Future<HttpSocket> listen(
      HttpServerConf conf, HttpServerOptions options, @Nullable HttpTls tls) {
    var accepting = new HttpSocket.Accepting();
    return loop.open(() -> server(options, accepting).listen())
        .map(
            opened -> {
              if (tls != null) {
                tls.renew(opened);
              }
              return new HttpSocket(conf, opened, accepting.channel(), tls);
            })
        .recover(
            cause -> {
              String address = conf.address() + ":" + options.getPort();
              return failed("Cannot listen on " + address + " (HTTP API)", cause);
            });
  }

  private HttpServer server(HttpServerOptions options, HttpSocket.Accepting accepting) {
    return connections
        .guard(vertx.createHttpServer(options), options, accepting::remember)
        .requestHandler(VertxHttpRecorder.getRootHandler());
  }

  private static <T> Future<T> failed(String message, Throwable cause) {
    return Future.failedFuture(new IllegalStateException(message, cause));
  }
}
