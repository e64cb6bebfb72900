package io.nanomq.router;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.TopicRules;
import io.nanomq.codec.Utf8;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.TopicName;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The topics that a loop met lately: topic bytes to {@link Route}. A hit costs one hash and one
 * comparison; no string is made, no character checked, no tree walked. Bounded in places, two for
 * each hash of which the older one is overwritten, and in bytes, those of the matches among them:
 * where these are used up, others are forgotten in turn. Where topics hardly ever come twice it
 * stops filling itself.
 */
@LoopConfined
public final class TopicCache {
  /**
   * Topics that are longer are looked up each time: the cache's size is reckoned with short ones.
   */
  private static final int MAX_BYTES = 256;

  private static final int SAMPLE = 4_096;
  private static final int MIN_HITS_IN_SAMPLE = SAMPLE / 16;
  private static final int REST_AFTER_FAILURE = SAMPLE * 16;

  /** Places that one topic may clear; one that needs more is looked up each time. */
  private static final int MAX_FORGOTTEN = 16;

  private final TopicTree tree;
  private final IntSupplier maxLevels;
  private final TurnBudget budget;
  private final LongWalks walks;
  private final int mask;
  private final @Nullable Route[] routes;
  // The one that was found last: whoever publishes often does so to one topic.
  private @Nullable Route latest;
  private final long maxBytes;
  private long bytes;
  private int next;
  private int misses;
  private int hits;
  private int resting;

  /**
   * @param maxLevels levels that a topic name may have, which may change at any time
   * @param capacity topics to remember, a power of two
   * @param maxBytes that they may take with their matches
   * @param loop whose turns looking up counts into
   */
  public TopicCache(
      TopicTree tree, IntSupplier maxLevels, int capacity, long maxBytes, LoopContext loop) {
    this.budget = loop.budget();
    this.walks = new LongWalks(loop);
    this.tree = tree;
    this.maxLevels = maxLevels;
    this.mask = capacity - 1;
    this.routes = new Route[capacity];
    this.maxBytes = maxBytes - HeapBytes.references(capacity);
  }

  /**
   * The route of the topic whose bytes stand in a receive buffer.
   *
   * @param asker who has a message for it, and asks again with the same one
   * @return null = so many filters match that it takes several turns: to be asked again in another
   * @throws ProtocolError 0x81 for ill-formed UTF-8, 0x90 for a name that is empty, has wildcards
   *     or too many levels
   */
  public @Nullable Route find(ByteBuf in, int start, int length, Object asker) {
    Route last = latest;
    if (last != null && TopicHash.equal(last.topic().utf8(), in, start, length)) {
      return found(last, asker);
    }
    long hash = TopicHash.of(in, start, length);
    int at = (int) hash & mask;
    Route route = routes[at];
    if (!isRoute(route, hash, in, start, length)) {
      route = routes[at ^ 1];
      if (!isRoute(route, hash, in, start, length)) {
        return miss(in, start, length, hash, at, asker);
      }
    }
    latest = route;
    return found(route, asker);
  }

  private @Nullable Route found(Route route, Object asker) {
    hits++;
    if (route.levels > maxLevels.getAsInt()) {
      throw TopicRules.tooManyLevels();
    }
    return refresh(route, asker);
  }

  private static boolean isRoute(
      @Nullable Route route, long hash, ByteBuf in, int start, int length) {
    return route != null
        && route.hash == hash
        && TopicHash.equal(route.topic().utf8(), in, start, length);
  }

  /** As the other one, for a topic that is known to be legal: an alias. */
  public @Nullable Route find(TopicName topic, Object asker) {
    return look(topic, asker);
  }

  /** The route of a topic that is known to be legal, at once: a will, a message from the API. */
  public Route findAtOnce(TopicName topic) {
    return Objects.requireNonNull(look(topic, null));
  }

  private @Nullable Route look(TopicName topic, @Nullable Object asker) {
    long hash = TopicHash.of(topic.utf8());
    int at = (int) hash & mask;
    for (int i = at; ; i = at ^ 1) {
      Route route = routes[i];
      if (route != null
          && route.hash == hash
          && Arrays.equals(route.topic().utf8(), topic.utf8())) {
        return refresh(route, asker);
      }
      if (i != at) {
        Match match = match(topic.text(), asker);
        return match == null ? null : store(new Route(topic, hash, match), at);
      }
    }
  }

  private @Nullable Route refresh(Route route, @Nullable Object asker) {
    if (route.match.generation() != tree.generation()) {
      Match match = match(route.topic().text(), asker);
      if (match == null) {
        return null;
      }
      route.match = match;
      if (route.cachedBytes > 0) {
        recount(route);
      }
    }
    return route;
  }

  /** What matched may be more than before. */
  private void recount(Route route) {
    int cost = route.cost();
    bytes += cost - route.cachedBytes;
    route.cachedBytes = cost;
    if (bytes > maxBytes) {
      int at = (int) route.hash & mask;
      forget(routes[at] == route ? at : at ^ 1);
    }
  }

  private void forget(int at) {
    Route route = routes[at];
    if (route != null) {
      routes[at] = null;
      bytes -= route.cachedBytes;
      route.cachedBytes = 0;
      latest = null;
    }
  }

  /** Bytes that the topics take which it remembers. */
  long bytes() {
    return bytes;
  }

  /**
   * @param asker who can wait; null = it is needed at once
   */
  private @Nullable Match match(String topic, @Nullable Object asker) {
    return asker == null ? tree.match(topic, budget) : walks.match(tree, topic, asker);
  }

  private @Nullable Route miss(ByteBuf in, int start, int length, long hash, int at, Object asker) {
    if (!Utf8.isValid(in, start, length)) {
      throw ProtocolError.malformed("topic name is not a valid UTF-8 string");
    }
    byte[] bytes = new byte[length];
    in.getBytes(start, bytes);
    TopicRules.checkName(bytes);
    TopicName topic = new TopicName(bytes);
    TopicRules.checkLevels(topic.text(), maxLevels.getAsInt());
    Match match = match(topic.text(), asker);
    if (match == null) {
      return null;
    }
    Route route = new Route(topic, hash, match);
    if (resting > 0) {
      resting--;
      return route;
    }
    if (++misses >= SAMPLE) {
      resting = hits < MIN_HITS_IN_SAMPLE ? REST_AFTER_FAILURE : 0;
      misses = 0;
      hits = 0;
    }
    return store(route, at);
  }

  private Route store(Route route, int at) {
    if (route.topic().utf8().length > MAX_BYTES) {
      return route;
    }
    int cost = route.cost();
    for (int i = 0; i < MAX_FORGOTTEN && bytes + cost > maxBytes; i++) {
      forget(next++ & mask);
    }
    if (bytes + cost > maxBytes) {
      return route;
    }
    // The newer of the two moves over; the older one is forgotten.
    if (routes[at] != null) {
      forget(at ^ 1);
      routes[at ^ 1] = routes[at];
    }
    routes[at] = route;
    route.cachedBytes = cost;
    bytes += cost;
    return route;
  }
}
