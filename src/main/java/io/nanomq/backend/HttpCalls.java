package io.nanomq.backend;

import io.nanomq.config.model.HttpAuthConf;
import io.nanomq.outgoing.Outgoing;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.TypedGuard;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import jakarta.enterprise.util.TypeLiteral;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Calls of a web server by the Vert.x client, on a loop that has nothing to do with MQTT. A call
 * has a time in which it must be over, a connection that breaks is tried a second time, and a
 * server that keeps failing is left alone for as long as one answer may take (circuit breaker).
 */
final class HttpCalls {
  private static final Logger LOG = Logger.getLogger(HttpCalls.class);

  /** What a server may say besides its status; more ends the connection. */
  private static final int MAX_BODY_BYTES = 64 * 1024;

  /** So many calls have to be seen, half of them failed, before a server is left alone. */
  private static final int BREAKER_CALLS = 20;

  private static final double BREAKER_RATIO = 0.5;
  private static final int RETRY_MILLIS = 50;
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FIRST_FAILURE = 500;

  private final String name;
  private final HttpAuthConf.Request conf;
  private final HttpClient client;
  private final Outgoing outgoing;
  private final Context context;
  private final long timeoutMillis;
  private final TypedGuard<CompletionStage<BackendAnswer>> guard;

  /** A status that is no answer. */
  private static final class BackendException extends Exception {
    BackendException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * @param name for the log
   * @param outgoing where it may go
   * @param context loop that does it
   */
  HttpCalls(
      String name,
      HttpAuthConf.Request conf,
      HttpClient client,
      Outgoing outgoing,
      Context context,
      long timeoutMillis) {
    this.name = name;
    this.conf = conf;
    this.client = client;
    this.outgoing = outgoing;
    this.context = context;
    this.timeoutMillis = timeoutMillis;
    this.guard = guard();
  }

  private TypedGuard<CompletionStage<BackendAnswer>> guard() {
    return TypedGuard.create(new TypeLiteral<CompletionStage<BackendAnswer>>() {})
        .withDescription(name)
        .withTimeout()
        .duration(timeoutMillis, ChronoUnit.MILLIS)
        .done()
        .withCircuitBreaker()
        .requestVolumeThreshold(BREAKER_CALLS)
        .failureRatio(BREAKER_RATIO)
        .delay(timeoutMillis, ChronoUnit.MILLIS)
        .onStateChange(this::changed)
        .done()
        .withRetry()
        .maxRetries(1)
        .delay(RETRY_MILLIS, ChronoUnit.MILLIS)
        .jitter(RETRY_MILLIS / 2, ChronoUnit.MILLIS)
        .abortOn(
            List.of(
                BackendException.class,
                TimeoutException.class,
                java.util.concurrent.TimeoutException.class,
                CircuitBreakerOpenException.class))
        .done()
        .build();
  }

  private void changed(CircuitBreakerState state) {
    switch (state) {
      case OPEN -> LOG.warnf("%s keeps failing and is left alone for %d ms", name, timeoutMillis);
      case CLOSED -> LOG.infof("%s answers again", name);
      case HALF_OPEN -> LOG.debugf("%s is tried again", name);
    }
  }

  /** Fails where there is no answer. Whoever calls does no more of it than to hand it over. */
  CompletionStage<BackendAnswer> send(RequestTemplate.Filled request) {
    CompletableFuture<BackendAnswer> answer = new CompletableFuture<>();
    try {
      context.runOnContext(now -> send(request, answer));
    } catch (RuntimeException stopped) {
      answer.completeExceptionally(stopped);
    }
    return answer;
  }

  private void send(RequestTemplate.Filled request, CompletableFuture<BackendAnswer> answer) {
    guard
        .get(() -> attempt(request))
        .whenComplete(
            (said, failure) -> {
              if (failure == null) {
                answer.complete(said);
              } else {
                answer.completeExceptionally(failure);
              }
            });
  }

  private CompletionStage<BackendAnswer> attempt(RequestTemplate.Filled request) {
    Promise<BackendAnswer> answer = Promise.promise();
    try {
      context.runOnContext(
          now ->
              outgoing
                  .request(client, options(request))
                  .onFailure(failure -> failed(answer, failure))
                  .onSuccess(opened -> ask(opened, request, answer)));
    } catch (RuntimeException stopped) {
      failed(answer, stopped);
    }
    return answer.future().toCompletionStage();
  }

  private RequestOptions options(RequestTemplate.Filled request) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(conf.post() ? HttpMethod.POST : HttpMethod.GET)
            .setAbsoluteURI(request.uri())
            .setTimeout(timeoutMillis);
    if (conf.post()) {
      options.putHeader("content-type", RequestTemplate.contentType(conf));
    }
    conf.headers().forEach(options::putHeader);
    return options;
  }

  private void ask(
      HttpClientRequest opened, RequestTemplate.Filled request, Promise<BackendAnswer> answer) {
    giveUpInTime(opened, answer);
    (conf.post() ? opened.send(Buffer.buffer(request.body())) : opened.send())
        .onFailure(failure -> failed(answer, failure))
        .onSuccess(response -> read(opened, response, answer));
  }

  /** A server that says a byte now and then must not keep a connection that others wait for. */
  private void giveUpInTime(HttpClientRequest opened, Promise<BackendAnswer> answer) {
    Vertx vertx = context.owner();
    long timer =
        vertx.setTimer(
            timeoutMillis,
            over -> {
              failed(answer, new BackendException("takes more than " + timeoutMillis + " ms"));
              opened.reset();
            });
    answer.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  /** What it says besides its status is read, so that the connection can be used again. */
  private void read(
      HttpClientRequest opened, HttpClientResponse response, Promise<BackendAnswer> answer) {
    int[] bytes = {0};
    response
        .exceptionHandler(failure -> failed(answer, failure))
        .handler(
            part -> {
              bytes[0] += part.length();
              if (bytes[0] > MAX_BODY_BYTES) {
                failed(answer, new BackendException("says more than " + MAX_BODY_BYTES + " bytes"));
                opened.connection().close();
              }
            })
        .endHandler(end -> judge(response.statusCode(), answer));
  }

  private void judge(int status, Promise<BackendAnswer> answer) {
    if (status == TOO_MANY_REQUESTS || status >= FIRST_FAILURE) {
      failed(answer, new BackendException("status " + status));
    } else {
      answer.tryComplete(status == OK ? BackendAnswer.ALLOW : BackendAnswer.DENY);
    }
  }

  private void failed(Promise<BackendAnswer> answer, Throwable failure) {
    LOG.debugf("%s failed: %s", name, failure.getMessage());
    answer.tryFail(failure);
  }

  void close() {
    client.close();
  }
}
