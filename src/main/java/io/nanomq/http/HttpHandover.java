package io.nanomq.http;

import io.nanomq.config.model.HttpServerConf;
import io.netty.channel.Channel;
import io.quarkus.runtime.LaunchMode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands open sockets from one live reload to the next; does nothing outside dev mode. A reload
 * replaces our classes but neither Vert.x and Netty nor the JDK, so what is handed over may only be
 * known by types of theirs.
 */
record HttpHandover(Vertx vertx) {
  private static final String KEPT = "io.nanomq.api";

  private LocalMap<String, Shareable> sockets() {
    return vertx.sharedData().getLocalMap(KEPT);
  }

  private static boolean isOn() {
    return LaunchMode.current() == LaunchMode.DEVELOPMENT;
  }

  void keep(HttpSocket opened) {
    if (isOn()) {
      var kept = Map.entry(opened.server(), opened.listening());
      sockets()
          .put(
              opened.address(),
              (Shareable & Supplier<Map.Entry<HttpServer, AtomicReference<Channel>>>) () -> kept);
    }
  }

  void forget(HttpSocket socket) {
    if (isOn()) {
      sockets().remove(socket.address());
    }
  }

  /** The socket that an earlier generation left on this address; those elsewhere are closed. */
  @SuppressWarnings("unchecked")
  @Nullable HttpSocket take(HttpServerConf conf) {
    if (!isOn()) {
      return null;
    }
    HttpSocket same = null;
    for (String address : sockets().keySet()) {
      var kept =
          ((Supplier<Map.Entry<HttpServer, AtomicReference<Channel>>>) sockets().get(address))
              .get();
      if (address.equals(HttpSocket.address(conf))) {
        same = new HttpSocket(conf, kept.getKey(), kept.getValue(), null);
      } else {
        sockets().remove(address);
        kept.getKey().close();
      }
    }
    return same;
  }
}
