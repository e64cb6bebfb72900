package io.nanomq.webhook;

import io.nanomq.config.model.WebhookConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.memory.Budget;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.sink.Sink;
import io.nanomq.sink.SinkFigures;
import io.nanomq.sink.SinkTarget;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A web server that JSON is posted to, as webhooks are: a bounded queue, each call over in its time
 * and tried again for a while, posts of the same key in order. Safe for any thread.
 */
public final class JsonPosts implements SinkTarget<JsonPosts.Post>, AutoCloseable {
  private static final int CONNECTIONS = 8;
  private static final int QUEUED = 10_000;
  private static final int TIMEOUT_MILLIS = 5_000;
  private static final int RETRY_MILLIS = 60_000;
  private static final int OVERHEAD_BYTES = 128;

  private final HookCalls<Post> calls;
  private final Sink<Post> queue;

  /**
   * Something to be posted.
   *
   * @param json handed over, not copied
   * @param settled told why it did not arrive; null = it did
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Post(byte[] json, Consumer<@Nullable String> settled) {}

  /**
   * @param url of http or https
   * @param memory what may wait, in bytes
   * @param figures what becomes of posts
   * @param outgoing where they may go
   */
  public JsonPosts(String url, Vertx vertx, Budget memory, SinkFigures figures, Outgoing outgoing) {
    WebhookConf conf =
        new WebhookConf(
            true,
            url,
            Map.of(),
            "plain",
            CONNECTIONS,
            TIMEOUT_MILLIS,
            List.of(),
            new TlsConf("", "", "", "", true, false),
            "",
            QUEUED,
            RETRY_MILLIS);
    Context context = vertx.getOrCreateContext();
    calls =
        new HookCalls<>(
            conf, Webhooks.client(conf, vertx, outgoing.pems()), outgoing, context, Post::json);
    queue =
        new Sink<>(
            "rules to " + url,
            new Sink.Limits(CONNECTIONS, QUEUED, 1, RETRY_MILLIS),
            memory,
            figures,
            this,
            task -> context.runOnContext(now -> task.run()));
  }

  /**
   * @param key posts of the same one keep their order
   * @return false = there is no room for it
   */
  public boolean offer(String key, Post post) {
    return queue.offer(key, post, post.json.length + OVERHEAD_BYTES);
  }

  @Override
  public CompletionStage<Void> send(List<Post> batch) {
    return calls
        .send(batch)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                batch.forEach(post -> post.settled.accept(null));
              }
            });
  }

  @Override
  public void gaveUp(List<Post> batch, Throwable why) {
    batch.forEach(post -> post.settled.accept(String.valueOf(why.getMessage())));
  }

  /** Takes no more, and closes when those that wait are settled. */
  public CompletionStage<Void> end() {
    return queue.end().whenComplete((done, failure) -> close());
  }

  /** Drops what waits. */
  @Override
  public void close() {
    queue.close();
    calls.close();
  }
}
