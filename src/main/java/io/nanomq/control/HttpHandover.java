package io.nanomq.control;

import io.quarkus.runtime.LaunchMode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands open sockets from one live reload to the next; does nothing outside dev mode. A reload
 * replaces our classes but neither Vert.x nor the JDK, so what is handed over may only be known by
 * types of theirs.
 */
final class HttpHandover {
  private static final String KEPT = "io.nanomq.api";

  private final Vertx vertx;

  HttpHandover(Vertx vertx) {
    this.vertx = vertx;
  }

  private LocalMap<String, Shareable> sockets() {
    return vertx.sharedData().getLocalMap(KEPT);
  }

  private static boolean isOn() {
    return LaunchMode.current() == LaunchMode.DEVELOPMENT;
  }

  void keep(String address, HttpServer opened) {
    if (isOn()) {
      sockets().put(address, (Shareable & Supplier<HttpServer>) () -> opened);
    }
  }

  void forget(String address) {
    if (isOn()) {
      sockets().remove(address);
    }
  }

  /** The socket that an earlier generation left on this address; those elsewhere are closed. */
  @SuppressWarnings("unchecked")
  @Nullable HttpServer take(String address) {
    if (!isOn()) {
      return null;
    }
    HttpServer same = null;
    for (String other : sockets().keySet()) {
      HttpServer kept = ((Supplier<HttpServer>) sockets().get(other)).get();
      if (other.equals(address)) {
        same = kept;
      } else {
        sockets().remove(other);
        kept.close();
      }
    }
    return same;
  }
}
