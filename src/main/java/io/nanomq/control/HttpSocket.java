package io.nanomq.control;

import io.nanomq.config.HttpServerConf;
import io.netty.channel.Channel;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One open socket of the HTTP API.
 *
 * @param conf what it was opened for
 * @param server Vert.x's side of it
 * @param listening Netty's side of it; empty until somebody has connected
 */
record HttpSocket(HttpServerConf conf, HttpServer server, AtomicReference<Channel> listening) {
  /** Longest request line, in bytes: a client id of 1,024 bytes percent-encoded fits. */
  private static final int MAX_REQUEST_LINE = 8 * 1024;

  /** Longest header block, in bytes; what is longer is answered 431 before anybody reads it. */
  private static final int MAX_HEADERS = 8 * 1024;

  private static final int IDLE_SECONDS = 75;

  /**
   * Opens a socket.
   *
   * @param port to bind; that of {@code conf}, or the one that a socket for it had
   */
  static Future<HttpSocket> bind(Vertx vertx, HttpServerConf conf, int port) {
    var options =
        new HttpServerOptions()
            .setHost(conf.address())
            .setPort(port)
            // Clients that offer HTTP/2 go on with 1.1, for which ApiBody and the limits are made.
            .setHttp2ClearTextEnabled(false)
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setIdleTimeout(IDLE_SECONDS);
    AtomicReference<Channel> listening = new AtomicReference<>();
    return vertx
        .createHttpServer(options)
        .requestHandler(VertxHttpRecorder.getRootHandler())
        .connectionHandler(connection -> remember(listening, connection))
        .listen()
        .map(opened -> new HttpSocket(conf, opened, listening))
        .recover(
            cause ->
                Future.failedFuture(
                    new IllegalStateException(
                        "Cannot listen on " + conf.address() + ":" + port + " (HTTP API)", cause)));
  }

  // Vert.x closes a socket with its connections only; who accepted a connection is known by it.
  private static void remember(AtomicReference<Channel> listening, HttpConnection connection) {
    if (listening.get() == null && connection instanceof ConnectionBase base) {
      listening.set(base.channel().parent());
    }
  }

  int port() {
    return server.actualPort();
  }

  String address() {
    return address(conf);
  }

  static String address(HttpServerConf conf) {
    return conf.address() + ":" + conf.port();
  }

  /** Lets go of the port; connections stay until {@link #close}. */
  Future<Void> stopAccepting() {
    Channel accepting = listening.get();
    if (accepting == null) {
      return server.close(); // Nobody has connected.
    }
    Promise<Void> done = Promise.promise();
    accepting.close().addListener(closed -> done.complete());
    return done.future();
  }

  Future<Void> close() {
    return server.close();
  }
}
