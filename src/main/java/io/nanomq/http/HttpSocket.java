package io.nanomq.http;

import io.nanomq.config.model.HttpServerConf;
import io.nanomq.listener.AcceptFailures;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One open socket of the HTTP API.
 *
 * @param conf what it was opened for
 * @param server Vert.x's side of it
 * @param listening Netty's side of it; empty until somebody has connected
 * @param tls its keys; null where it is plain HTTP
 */
record HttpSocket(
    HttpServerConf conf,
    HttpServer server,
    AtomicReference<Channel> listening,
    @Nullable HttpTls tls) {

  /**
   * Finds the channel that accepts: Vert.x closes a socket with its connections only, and who
   * accepted a connection is known by it.
   */
  record Accepting(AtomicReference<Channel> channel) {
    Accepting() {
      this(new AtomicReference<>());
    }

    void remember(HttpConnection connection) {
      if (channel.get() == null) {
        Channel accepting = VertxInternals.handler(connection).channel().parent();
        channel.set(accepting);
        accepting.pipeline().addFirst(new AcceptFailures());
      }
    }
  }

  int port() {
    return server.actualPort();
  }

  String address() {
    return address(conf);
  }

  static String address(HttpServerConf conf) {
    return conf.address() + ":" + conf.port() + (conf.isSecure() ? " with TLS" : "");
  }

  /** Whether a socket that is opened for {@code next} would be no other. */
  boolean serves(HttpServerConf next) {
    return conf.tls().equals(next.tls()) && address().equals(address(next));
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
