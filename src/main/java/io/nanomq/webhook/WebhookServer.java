package io.nanomq.webhook;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.config.model.WebhookConf;
import io.nanomq.event.BrokerEvent;
import io.nanomq.event.BrokerEvent.Kind;
import io.nanomq.packet.PublishMessage;
import io.nanomq.router.Recipient;
import io.nanomq.router.Tap;
import io.nanomq.session.Session;
import io.nanomq.session.SessionRegistry;
import io.nanomq.sink.Sink;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One web server that is told, as configured once. Safe for any thread: nothing changes but what
 * the sink has.
 */
final class WebhookServer implements Tap {
  private final WebhookConf conf;
  private final HookFilters filters;
  private final SessionRegistry sessions;
  private final Sink<HookEvent> sink;
  private final HookCalls<HookEvent> calls;

  WebhookServer(
      WebhookConf conf,
      HookFilters filters,
      SessionRegistry sessions,
      Sink<HookEvent> sink,
      HookCalls<HookEvent> calls) {
    this.conf = conf;
    this.filters = filters;
    this.sessions = sessions;
    this.sink = sink;
    this.calls = calls;
  }

  WebhookConf conf() {
    return conf;
  }

  HookFilters filters() {
    return filters;
  }

  @Override
  public void published(int loopIndex, OutgoingPublish message, @Nullable Recipient publisher) {
    String clientId = publisher instanceof Session session ? session.clientId() : "";
    String user = publisher instanceof Session session ? session.connect().username() : null;
    tell(
        new HookEvent(
            new BrokerEvent.Message(
                Kind.PUBLISHED, System.currentTimeMillis(), clientId, user, message.message()),
            user,
            user));
  }

  void happened(BrokerEvent event) {
    if (event instanceof BrokerEvent.Message passed) {
      tell(event, passed.username(), passed.message());
    } else if (event instanceof BrokerEvent.MessageDropped dropped) {
      tell(event, dropped.username(), dropped.message());
    } else {
      tell(new HookEvent(event, username(event), null));
    }
  }

  private void tell(BrokerEvent event, @Nullable String username, PublishMessage message) {
    int times = filters.matches(event.kind(), message.topic().text());
    for (int i = 0; i < times; i++) {
      tell(new HookEvent(event, username, username(message.publisher())));
    }
  }

  private @Nullable String username(BrokerEvent event) {
    if (event instanceof BrokerEvent.OfClient of) {
      return of.client().username();
    }
    return username(event.clientId());
  }

  /** As it is, or was a moment ago: a CONNECT never changes, and another thread may replace it. */
  private @Nullable String username(@Nullable String clientId) {
    Session session = clientId == null ? null : sessions.find(clientId);
    return session == null || !session.isPrepared() ? null : session.connect().username();
  }

  private void tell(HookEvent event) {
    sink.offer(event.event().clientId(), event, event.event().bytes());
  }

  /** Takes nothing more, and goes when what it has is told. */
  CompletionStage<Void> end() {
    return sink.end().whenComplete((done, failure) -> calls.close());
  }

  /** Drops what waits. */
  void close() {
    sink.close();
    calls.close();
  }
}
