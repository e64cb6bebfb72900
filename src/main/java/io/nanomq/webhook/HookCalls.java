package io.nanomq.webhook;

import io.nanomq.config.model.WebhookConf;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.sink.SinkTarget;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Posts events to a web server, on a loop that has nothing to do with MQTT. Each call is over after
 * its time, whatever the server does. Status 2xx is taken; 408, 429 and 5xx are tried again; with
 * any other one the server does not want the event.
 */
final class HookCalls<T> implements SinkTarget<T> {
  /** What a server may say besides its status; more ends the connection. */
  private static final int MAX_BODY_BYTES = 64 * 1024;

  private static final int OK = 200;
  private static final int AFTER_OK = 300;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FIRST_FAILURE = 500;

  private final WebhookConf conf;
  private final Function<T, byte[]> bodies;
  private final HttpClient client;
  private final Outgoing outgoing;
  private final Context context;
  private final RequestOptions options;

  /** The server has not taken it. */
  private static final class HookException extends Exception {
    HookException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * @param outgoing where it may go
   * @param bodies what is told of each
   */
  HookCalls(
      WebhookConf conf,
      HttpClient client,
      Outgoing outgoing,
      Context context,
      Function<T, byte[]> bodies) {
    this.conf = conf;
    this.bodies = bodies;
    this.client = client;
    this.outgoing = outgoing;
    this.context = context;
    this.options = options(conf);
  }

  private static RequestOptions options(WebhookConf conf) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(conf.url())
            .setTimeout(conf.timeoutMillis())
            .putHeader("content-type", "application/json");
    String user = URI.create(conf.url()).getUserInfo();
    if (user != null) {
      byte[] pair = user.getBytes(StandardCharsets.UTF_8);
      options.putHeader("authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }
    conf.headers().forEach(options::putHeader);
    if (HookTls.isNamed(conf)) {
      // The certificate is held against the host of the request.
      options
          .setServer(SocketAddress.inetSocketAddress(options.getPort(), options.getHost()))
          .setHost(conf.serverName());
    }
    return options;
  }

  @Override
  public CompletionStage<Void> send(List<T> batch) {
    Promise<Void> answer = Promise.promise();
    Buffer body = Buffer.buffer(bodies.apply(batch.get(0)));
    try {
      context.runOnContext(
          now ->
              outgoing
                  .request(client, new RequestOptions(options))
                  .onFailure(answer::tryFail)
                  .onSuccess(opened -> post(opened, body, answer)));
    } catch (RuntimeException stopped) {
      answer.tryFail(stopped);
    }
    return answer.future().toCompletionStage();
  }

  private void post(HttpClientRequest opened, Buffer body, Promise<Void> answer) {
    if (HookTls.isNamed(conf)) {
      URI url = URI.create(conf.url());
      opened.authority(HostAndPort.create(url.getHost(), url.getPort()));
    }
    long timer =
        context
            .owner()
            .setTimer(
                conf.timeoutMillis(),
                late -> {
                  answer.tryFail(new HookException("no answer in time"));
                  opened.reset();
                });
    answer.future().onComplete(done -> context.owner().cancelTimer(timer));
    opened
        .send(body)
        .onFailure(answer::tryFail)
        .onSuccess(response -> read(opened, response, answer));
  }

  /** What it says besides its status is read, so that the connection can be used again. */
  private static void read(
      HttpClientRequest opened, HttpClientResponse response, Promise<Void> answer) {
    int[] bytes = {0};
    response
        .exceptionHandler(answer::tryFail)
        .handler(
            part -> {
              bytes[0] += part.length();
              if (bytes[0] > MAX_BODY_BYTES) {
                judge(response.statusCode(), answer);
                opened.connection().close();
              }
            })
        .endHandler(end -> judge(response.statusCode(), answer));
  }

  private static void judge(int status, Promise<Void> answer) {
    if (status >= OK && status < AFTER_OK) {
      answer.tryComplete();
    } else if (status == REQUEST_TIMEOUT
        || status == TOO_MANY_REQUESTS
        || status >= FIRST_FAILURE) {
      answer.tryFail(new HookException("status " + status));
    } else {
      answer.tryFail(new RejectedException("status " + status));
    }
  }

  void close() {
    client.close();
  }
}
