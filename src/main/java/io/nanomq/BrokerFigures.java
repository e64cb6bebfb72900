package io.nanomq;

import io.nanomq.event.SysFigures;
import io.nanomq.journal.JournalFigures;
import io.nanomq.loop.EventLoops;
import io.nanomq.retained.RetainedStore;
import io.nanomq.router.TopicTree;
import io.nanomq.session.SessionRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What the broker says of itself; any thread may ask. */
record BrokerFigures(
    String version,
    Supplier<Duration> uptime,
    EventLoops loops,
    SessionRegistry sessions,
    TopicTree tree,
    RetainedStore retained,
    Supplier<JournalFigures> journal,
    Supplier<Map<String, Integer>> bridges) {

  CompletionStage<SysFigures> now() {
    TopicTree.Counts subscriptions = tree.counts();
    Map<String, Number> gauges = new LinkedHashMap<>();
    gauges.put("clients/connected", sessions.connectionCount());
    gauges.put("sessions/count", sessions.size());
    gauges.put("subscriptions/count", subscriptions.subscriptions());
    gauges.put("subscribers/count", subscriptions.recipients());
    gauges.put("topics/count", subscriptions.filters());
    gauges.put("retained/count", retained.size());
    gauges.putAll(bridges.get());
    JournalFigures store = journal.get();
    if (store.bytes() > 0) {
      gauges.put("store/bytes", store.bytes());
      gauges.put("store/room", store.roomBytes());
      gauges.put("store/index", store.indexBytes());
      gauges.put("store/waiting", store.pendingBytes());
      gauges.put("store/full", store.full() ? 1 : 0);
    }
    Instant now = Instant.now();
    long seconds = uptime.get().toSeconds();
    return loops.counters().thenApply(sum -> new SysFigures(version, seconds, now, gauges, sum));
  }
}
