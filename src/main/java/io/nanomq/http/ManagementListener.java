package io.nanomq.http;

import io.quarkus.arc.Arc;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.options.HttpServerCommonHandlers;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The socket of health and metrics. Quarkus's own one is off: it has neither deadlines nor a limit
 * of connections, speaks HTTP/2 without TLS to whoever asks, and answers what it cannot read with a
 * stack trace. Its routes are served here, under the rules of the API's connections, with a count
 * of their own so that full on one port is not full on the other.
 */
@Singleton
public class ManagementListener {
  private static final Logger LOG = Logger.getLogger("io.nanomq");

  private static final String ROOT = "/q/";
  private static final int MAX_REQUEST_LINE = 4 * 1024;
  private static final int MAX_HEADERS = 8 * 1024;
  private static final int IDLE_SECONDS = 75;
  private static final long SECONDS = 10;

  /** Open before the broker is, as probes of its start need it; the last thing that closes. */
  private static final int BEFORE_ALL = 1;

  private static final int AFTER_ALL = 4000;

  private final Vertx vertx;
  private final HttpConnections connections;
  private final String host;
  private final int port;
  private @Nullable Handler<HttpServerRequest> routes;
  private boolean isStarted;
  private volatile @Nullable HttpServer server;

  public ManagementListener(
      Vertx vertx,
      HttpConnections connections,
      @ConfigProperty(name = "quarkus.management.host") String host,
      @ConfigProperty(name = "quarkus.management.port") int port,
      @ConfigProperty(name = "quarkus.management.test-port") int testPort) {
    this.vertx = vertx;
    this.connections = connections.another();
    this.host = host;
    this.port = LaunchMode.current() == LaunchMode.TEST ? testPort : port;
  }

  /** The port that is open, another than configured where that is 0; -1 while closed. */
  public int port() {
    HttpServer now = server;
    return now == null ? -1 : now.actualPort();
  }

  /** Connections that were closed at once, since there were as many as there may be. */
  public long refused() {
    return connections.refused();
  }

  void routes(@Observes ManagementInterface management) {
    Router router = management.router();
    answerFailures(router);
    routes = HttpServerCommonHandlers.enforceDuplicatedContext(router, false);
    openIfReady();
  }

  // In front of the framework's own, which answers 500 and logs a stack trace: also where a probe
  // comes while a process that cannot start is taken down under it.
  static void answerFailures(Router router) {
    router.route().order(Integer.MIN_VALUE).failureHandler(ManagementListener::failed);
  }

  void start(@Observes @Priority(BEFORE_ALL) StartupEvent event) {
    isStarted = true;
    openIfReady();
  }

  private void openIfReady() {
    Handler<HttpServerRequest> served = routes;
    if (served == null || !isStarted || server != null) {
      return;
    }
    var options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setHttp2ClearTextEnabled(false)
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setIdleTimeout(IDLE_SECONDS);
    HttpServer opening =
        connections
            .guard(vertx.createHttpServer(options), options, connection -> {})
            .requestHandler(request -> serve(request, served));
    try {
      opening.listen().toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      Throwable why = e instanceof ExecutionException ? e.getCause() : e;
      String message = why == null ? "" : String.valueOf(why.getMessage());
      throw new StartException(
          "Cannot listen on " + host + ":" + port + " (health and metrics): " + message);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("Interrupted before health and metrics could be served");
    }
    server = opening;
    LOG.infof("Health and metrics on %s:%d", host, opening.actualPort());
  }

  /** All there is to do is to read; the rest of the framework is for nobody here. */
  private static void serve(HttpServerRequest request, Handler<HttpServerRequest> routes) {
    boolean reads = request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD;
    if (!reads || !request.path().startsWith(ROOT)) {
      request.resume();
      request.response().setStatusCode(reads ? 404 : 405).end();
      return;
    }
    routes.handle(request);
  }

  /** Nothing of what went wrong is for a stranger to read. */
  private static void failed(RoutingContext context) {
    // A probe may ask between the end of the application and that of this port.
    if (context.failure() != null && Arc.container() != null) {
      LOG.warnf("%s could not be answered: %s", context.request().path(), context.failure());
    }
    if (context.response().ended()) {
      return;
    }
    boolean isTheirs = context.failure() == null && context.statusCode() >= 400;
    context.response().setStatusCode(isTheirs ? context.statusCode() : 503).end();
  }

  /** Probes are answered until nothing is left to be asked about. */
  void stop(@Observes @Priority(AFTER_ALL) ShutdownEvent event) {
    HttpServer now = server;
    server = null;
    if (now != null) {
      try {
        now.close().toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        LOG.warnf("Health and metrics did not close cleanly: %s", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
