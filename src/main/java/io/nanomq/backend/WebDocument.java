package io.nanomq.backend;

import io.nanomq.config.setting.SmallFile;
import io.nanomq.outgoing.Outgoing;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A small document of a web server, such as a set of keys. Safe for any thread; nobody waits. */
public final class WebDocument implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(WebDocument.class);

  /** Longest document, in bytes. */
  public static final int MAX_BYTES = 1024 * 1024;

  /** Until all of it has to be there. */
  public static final long TIMEOUT_MILLIS = 10_000;

  /** More is no header of a request. */
  private static final int MAX_TOKEN_BYTES = 16 * 1024;

  private static final int OK = 200;

  private final Vertx vertx;
  private final Context context;
  private final HttpClient client;
  private final Outgoing outgoing;
  private final String url;
  private final String bearerFile;
  private final long timeoutMillis;

  /**
   * @param outgoing where it may be
   * @param bearerFile token to show, read each time since it is renewed; empty = none
   * @param timeoutMillis until all of it has to be there
   */
  WebDocument(
      Vertx vertx,
      HttpClient client,
      Outgoing outgoing,
      String url,
      String bearerFile,
      long timeoutMillis) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.client = client;
    this.outgoing = outgoing;
    this.url = url;
    this.bearerFile = bearerFile;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * Gets it.
   *
   * @param then given it, or null where it cannot be had, on a thread that must not be blocked
   */
  public void fetch(Consumer<byte @Nullable []> then) {
    try {
      context.runOnContext(
          now ->
              bearer()
                  .compose(this::get)
                  .onComplete(
                      got -> then.accept(got.succeeded() ? got.result().getBytes() : failed(got))));
    } catch (RuntimeException stopped) {
      then.accept(null);
    }
  }

  private byte @Nullable [] failed(AsyncResult<Buffer> got) {
    LOG.warnf("%s cannot be had: %s", url, got.cause().getMessage());
    return null;
  }

  private Future<String> bearer() {
    return bearerFile.isEmpty()
        ? Future.succeededFuture("")
        : vertx.executeBlocking(() -> token(bearerFile), false);
  }

  private static String token(String file) throws IOException {
    byte[] token = SmallFile.read(Path.of(file), MAX_TOKEN_BYTES);
    return new String(token, StandardCharsets.UTF_8).strip();
  }

  private Future<Buffer> get(String bearer) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(url)
            .setTimeout(timeoutMillis)
            .putHeader("accept", "application/json");
    if (!bearer.isEmpty()) {
      options.putHeader("authorization", "Bearer " + bearer);
    }
    return outgoing.request(client, options).compose(HttpClientRequest::send).compose(this::read);
  }

  private Future<Buffer> read(HttpClientResponse response) {
    if (response.statusCode() != OK) {
      return Future.failedFuture("status " + response.statusCode());
    }
    Buffer all = Buffer.buffer();
    response.handler(
        part -> {
          all.appendBuffer(part);
          if (all.length() > MAX_BYTES) {
            response.request().connection().close();
          }
        });
    // Who sends a byte now and then must not keep the connection that the next one needs.
    return response
        .end()
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .onFailure(tooSlow -> response.request().reset())
        .compose(
            end ->
                all.length() > MAX_BYTES
                    ? Future.failedFuture("more than " + MAX_BYTES + " bytes")
                    : Future.succeededFuture(all));
  }

  @Override
  public void close() {
    client.close();
  }
}
