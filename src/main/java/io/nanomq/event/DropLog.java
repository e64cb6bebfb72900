package io.nanomq.event;

import io.nanomq.loop.LoopConfined;
import io.nanomq.metrics.DropReason;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * What one loop has dropped since it was asked last, by reason and client: so that a flood of drops
 * is one event a second for each, not one for each message. Bounded: what does not fit is counted
 * without a client.
 */
@LoopConfined
final class DropLog {
  /** Clients that are told apart, for each reason. */
  static final int MAX_CLIENTS = 1_000;

  private static final String OTHERS = "";

  private final Map<DropReason, Map<String, Count>> counts = new EnumMap<>(DropReason.class);

  private static final class Count {
    long value;
  }

  /** Takes what was dropped. */
  interface Reader {
    void dropped(String clientId, DropReason reason, long count);
  }

  void add(String clientId, DropReason reason, long count) {
    Map<String, Count> clients = counts.computeIfAbsent(reason, any -> new HashMap<>());
    Count there = clients.get(clientId);
    if (there == null) {
      String name = clients.size() < MAX_CLIENTS ? clientId : OTHERS;
      there = clients.computeIfAbsent(name, any -> new Count());
    }
    there.value += count;
  }

  /** Tells all there is and forgets it. */
  void drain(Reader reader) {
    if (counts.isEmpty()) {
      return;
    }
    counts.forEach(
        (reason, clients) ->
            clients.forEach((client, count) -> reader.dropped(client, reason, count.value)));
    counts.clear();
  }
}
