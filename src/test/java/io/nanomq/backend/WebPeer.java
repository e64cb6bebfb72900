package io.nanomq.backend;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A web server of a test that answers, refuses, hangs, resets, dies and comes back. */
public final class WebPeer implements AutoCloseable {
  private static final int SECONDS = 30;

  /** What it does to a request. */
  public interface Manner {
    void meet(HttpServerRequest request, String body);
  }

  public static final Manner HANGS = (request, body) -> {};
  public static final Manner RESETS = (request, body) -> request.connection().close();

  private final Vertx vertx = Vertx.vertx();
  private final HttpServerOptions options;
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private volatile Manner manner;
  private HttpServer server;
  private int port;

  public WebPeer(Manner manner) {
    this(manner, new HttpServerOptions());
  }

  /** The same with TLS or other habits. */
  public WebPeer(Manner manner, HttpServerOptions options) {
    this.manner = manner;
    this.options = options;
    comeBack();
  }

  /** Says that status to everybody. */
  public static Manner says(int status) {
    return (request, body) -> request.response().setStatusCode(status).end("said");
  }

  /** Says it so much later. */
  public Manner saysLater(int status, long millis) {
    return (request, body) ->
        vertx.setTimer(millis, now -> request.response().setStatusCode(status).end());
  }

  public void does(Manner other) {
    manner = other;
  }

  /** Does something again and again, until it fails or the server of the test ends. */
  public void every(long millis, Runnable action) {
    vertx.setTimer(
        millis,
        now -> {
          action.run();
          every(millis, action);
        });
  }

  private void meet(HttpServerRequest request) {
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    request.response().endHandler(ended -> open.decrementAndGet());
    request.body(
        read -> {
          String body = read.succeeded() ? read.result().toString() : "";
          asked.add(request.method() + " " + request.uri() + " " + body);
          manner.meet(request, body);
        });
  }

  /** Listens, at first on any port, later on the same. */
  public void comeBack() {
    // A client that tries to connect may have the port for a moment.
    server =
        Awaitility.await()
            .atMost(Duration.ofSeconds(SECONDS))
            .ignoreExceptions()
            .until(this::listen, Objects::nonNull);
    port = server.actualPort();
  }

  private HttpServer listen() {
    var next = vertx.createHttpServer(options).requestHandler(this::meet);
    return await(next.listen(port, "127.0.0.1"));
  }

  /** Closes what is open, and listens no more. */
  public void die() {
    await(server.close());
  }

  public String url(String path) {
    return (options.isSsl() ? "https://localhost:" : "http://127.0.0.1:") + port + path;
  }

  /** Method, path and body of each request. */
  public Queue<String> asked() {
    return asked;
  }

  /** Most requests that were open at once. */
  public int mostOpen() {
    return mostOpen.get();
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
