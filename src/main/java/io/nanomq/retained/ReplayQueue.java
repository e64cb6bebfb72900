package io.nanomq.retained;

import io.nanomq.loop.LoopConfined;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Replays of retained messages that one session still has to get, at most one a subscription: a
 * client that subscribes over and over must not make it grow.
 */
@LoopConfined
public final class ReplayQueue {
  /**
   * Retained messages that a subscription still has to get.
   *
   * @param cursor where the replay stands
   * @param qos granted QoS
   * @param identifiers Subscription Identifiers, null = none
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record RetainedReplay(RetainedCursor cursor, int qos, int @Nullable [] identifiers) {}

  private final Map<String, RetainedReplay> byFilter = new LinkedHashMap<>(4);

  /**
   * Replaces what waits for that filter, and stands last: a replay that is begun again and again
   * must not keep the others from their turn.
   */
  public void add(String filter, RetainedReplay replay) {
    byFilter.remove(filter);
    byFilter.put(filter, replay);
  }

  public void remove(String filter) {
    byFilter.remove(filter);
  }

  /** The replay whose turn it is, null = none. */
  public @Nullable RetainedReplay first() {
    return byFilter.isEmpty() ? null : byFilter.values().iterator().next();
  }

  public void removeFirst() {
    var all = byFilter.values().iterator();
    all.next();
    all.remove();
  }
}
