package io.nanomq.webhook;

import io.nanomq.backend.HttpLoops;
import io.nanomq.config.model.WebhookConf;
import io.nanomq.event.BrokerEvent;
import io.nanomq.event.BrokerEvent.Kind;
import io.nanomq.event.BrokerEvents;
import io.nanomq.memory.Budget;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.router.TopicTree;
import io.nanomq.session.SessionRegistry;
import io.nanomq.sink.Sink;
import io.nanomq.sink.SinkFigures;
import io.nanomq.tls.PemSource;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The webhook of one broker. What is told is made only while somebody is to be told; messages are
 * met where their filters stand in the topic tree. A new configuration takes effect at once, and
 * what the one before had is still told. Shared: {@link #apply} and {@link #close} are called by
 * one thread at a time, everything else reads a volatile reference.
 */
public final class Webhooks implements BrokerEvents.Listener, AutoCloseable {
  /** What is told of each message for a client. */
  private static final Set<Kind> MESSAGES =
      EnumSet.of(Kind.DELIVERED, Kind.ACKNOWLEDGED, Kind.MESSAGE_DROPPED);

  private final TopicTree tree;
  private final BrokerEvents events;
  private final SessionRegistry sessions;
  private final Budget memory;
  private final Outgoing outgoing;
  private final HttpLoops loops = new HttpLoops();
  private final SinkFigures figures = new SinkFigures();
  private final Set<WebhookServer> before = ConcurrentHashMap.newKeySet();
  private volatile @Nullable WebhookServer hook;

  /**
   * @param memory what may wait for web servers
   * @param outgoing where calls may go
   */
  public Webhooks(
      TopicTree tree,
      BrokerEvents events,
      SessionRegistry sessions,
      Budget memory,
      Outgoing outgoing) {
    this.tree = tree;
    this.events = events;
    this.sessions = sessions;
    this.memory = memory;
    this.outgoing = outgoing;
    events.add(this);
  }

  /** What has become of all events. */
  public SinkFigures figures() {
    return figures;
  }

  /** Puts a configuration in force; reads files, so it blocks. */
  public void apply(WebhookConf conf) {
    WebhookServer old = hook;
    boolean isOn = conf.enable() && !conf.url().isEmpty() && !conf.events().isEmpty();
    if (old == null ? !isOn : isOn && old.conf().equals(conf)) {
      return;
    }
    replace(old, isOn ? open(conf) : null);
    if (old != null) {
      before.add(old);
      old.end().whenComplete((done, failure) -> before.remove(old));
    }
  }

  /** The new one looks before the old one looks away. */
  private void replace(@Nullable WebhookServer old, @Nullable WebhookServer next) {
    hook = next;
    events.tellMessages(this, next != null && MESSAGES.stream().anyMatch(next.filters()::wants));
    if (old != null) {
      old.filters().published().forEach(filter -> tree.remove(filter, old));
    }
    if (next != null) {
      next.filters().published().forEach(filter -> tree.add(filter, next));
    }
  }

  private WebhookServer open(WebhookConf conf) {
    Vertx vertx = loops.get();
    Context context = vertx.getOrCreateContext();
    HookCalls<HookEvent> calls =
        new HookCalls<>(
            conf,
            client(conf, vertx, outgoing.pems()),
            outgoing,
            context,
            new HookBody(conf.encoding())::of);
    Sink<HookEvent> sink =
        new Sink<>(
            "webhook",
            new Sink.Limits(conf.poolSize(), conf.queueLength(), 1, conf.retryMillis()),
            memory,
            figures,
            calls,
            task -> context.runOnContext(now -> task.run()));
    return new WebhookServer(conf, HookFilters.of(conf.events()), sessions, sink, calls);
  }

  /** Connections to the web server of a configuration; reads files, so it blocks. */
  static HttpClient client(WebhookConf conf, Vertx vertx, PemSource pems) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setMaxPoolSize(conf.poolSize())
            .setConnectTimeout((int) conf.timeoutMillis())
            .setKeepAliveTimeout((int) TimeUnit.MINUTES.toSeconds(1));
    HookTls.secure(options, conf, pems);
    return vertx.createHttpClient(options);
  }

  @Override
  public boolean wants(Kind kind) {
    WebhookServer now = hook;
    return now != null && now.filters().wants(kind);
  }

  @Override
  public void happened(int loopIndex, BrokerEvent event) {
    WebhookServer now = hook;
    if (now != null) {
      now.happened(event);
    }
  }

  @Override
  public void close() {
    WebhookServer last = hook;
    replace(last, null);
    before.forEach(WebhookServer::close);
    if (last != null) {
      last.close();
    }
    loops.close();
  }
}
