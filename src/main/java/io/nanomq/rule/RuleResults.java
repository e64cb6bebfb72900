package io.nanomq.rule;

import io.nanomq.memory.Budget;
import io.nanomq.packet.PublishMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages that rules have made, until they are published. Bounded in bytes by the budget of
 * everything that leaves. Used by one thread at a time.
 */
final class RuleResults {
  private final Budget memory;
  private final List<List<Result>> byLoop = new ArrayList<>();
  private long bytes;

  /** A message and how it came to be. */
  record Result(PublishMessage message, RuleOrigin origin, CompiledRule rule) {}

  RuleResults(Budget memory, int loops) {
    this.memory = memory;
    for (int i = 0; i < loops; i++) {
      byLoop.add(new ArrayList<>());
    }
  }

  /**
   * @param key results of the same one keep their order
   * @return false = there is no room for it
   */
  boolean add(String key, Result result) {
    int more = result.message().retainedBytes();
    if (!memory.take(null, 0, more)) {
      return false;
    }
    bytes += more;
    byLoop.get(Math.floorMod(key.hashCode(), byLoop.size())).add(result);
    return true;
  }

  /** What is to be published by that loop. */
  List<Result> of(int loop) {
    return byLoop.get(loop);
  }

  /** Gives back what they took; once. */
  void release() {
    memory.give(null, bytes);
    bytes = 0;
  }
}
