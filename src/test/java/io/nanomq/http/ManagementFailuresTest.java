package io.nanomq.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The framework's own handlers come before and behind ours, as those of a start do. */
class ManagementFailuresTest {
  private final Vertx vertx = Vertx.vertx();
  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    Router router = Router.router(vertx);
    router.route("/q/torn").handler(context -> fail());
    router.route("/q/fine").handler(context -> context.end("fine"));
    router.route().last().failureHandler(context -> context.response().setStatusCode(500).end("x"));
    ManagementListener.answerFailures(router);
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
  }

  private static void fail() {
    throw new IllegalStateException("taken down");
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatCannotBeAnsweredIs503WithNothingOfWhy() throws Exception {
    HttpResponse<String> torn = get("/q/torn");
    assertThat(torn.statusCode()).isEqualTo(503);
    assertThat(torn.body()).isEmpty();
    assertThat(get("/q/fine").body()).isEqualTo("fine");
    assertThat(get("/q/nope").statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
