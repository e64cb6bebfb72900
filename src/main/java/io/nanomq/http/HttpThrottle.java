package io.nanomq.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Has requests wait for the API's share of the processors before anybody works on them. */
@Singleton
public class HttpThrottle {
  /** Behind {@link HttpTraffic}, to which a request that waits is under way. */
  private static final int PRIORITY = 1900;

  private final Vertx vertx;
  private final ApiShare share;

  public HttpThrottle(Vertx vertx, ApiShare share) {
    this.vertx = vertx;
    this.share = share;
  }

  void register(@Observes Filters filters) {
    filters.register(this::admit, PRIORITY);
  }

  private void admit(RoutingContext context) {
    whenDue(
        () -> {
          if (!context.response().closed()) {
            context.next();
          }
        });
  }

  /** Runs {@code work} on the calling context, at once or when it is due. */
  void whenDue(Runnable work) {
    long millis = share.claim();
    if (millis == 0) {
      work.run();
    } else {
      vertx.setTimer(millis, timer -> work.run());
    }
  }
}
