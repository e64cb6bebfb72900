package io.nanomq.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientBuilder;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Gives up an answer of the API server that begins and does not end. The client's own time limit is
 * for its beginning, and a connection that breaks later is told to nobody: whoever asked would wait
 * for good. A watch ends after a while too, and begins anew.
 */
record WholeAnswers(long millis) implements Interceptor {
  private static final long WATCH_MILLIS = TimeUnit.MINUTES.toMillis(10);

  /**
   * Makes clients that do.
   *
   * @param vertx what they run on
   * @param millis how long an answer may take, once it has begun
   */
  static VertxHttpClientFactory factory(Vertx vertx, long millis) {
    return new VertxHttpClientFactory(vertx) {
      @Override
      public VertxHttpClientBuilder<VertxHttpClientFactory> newBuilder() {
        VertxHttpClientBuilder<VertxHttpClientFactory> builder = super.newBuilder();
        builder.addOrReplaceInterceptor(
            WholeAnswers.class.getSimpleName(), new WholeAnswers(millis));
        return builder;
      }
    };
  }

  @Override
  public void after(
      HttpRequest request, HttpResponse<?> answer, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    if (answer.body() instanceof AsyncBody body) {
      boolean isWatch = String.valueOf(request.uri().getQuery()).contains("watch=true");
      body.done()
          .orTimeout(isWatch ? WATCH_MILLIS : millis, TimeUnit.MILLISECONDS)
          .whenComplete(
              (ended, failure) -> {
                if (failure != null) {
                  body.cancel();
                }
              });
    }
  }
}
