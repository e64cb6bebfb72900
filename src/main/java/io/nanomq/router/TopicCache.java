package io.nanomq.router;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.TopicRules;
import io.nanomq.codec.Utf8;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import io.nanomq.packet.TopicName;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The topics that a loop met lately: topic bytes to {@link Route}. A hit costs one hash and one
 * comparison; no string is made, no character checked, no tree walked. Bounded: two places for each
 * hash, the older one is overwritten. Where topics hardly ever come twice it stops filling itself.
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

  private final TopicTree tree;
  private final IntSupplier maxLevels;
  private final TurnBudget budget;
  private final int mask;
  private final @Nullable Route[] routes;
  private int misses;
  private int hits;
  private int resting;

  /**
   * @param maxLevels levels that a topic name may have, which may change at any time
   * @param capacity topics to remember, a power of two
   * @param budget the loop's, which looking up counts into
   */
  public TopicCache(TopicTree tree, IntSupplier maxLevels, int capacity, TurnBudget budget) {
    this.budget = budget;
    this.tree = tree;
    this.maxLevels = maxLevels;
    this.mask = capacity - 1;
    this.routes = new Route[capacity];
  }

  /**
   * The route of the topic whose bytes stand in a receive buffer.
   *
   * @throws ProtocolError 0x81 for ill-formed UTF-8, 0x90 for a name that is empty, has wildcards
   *     or too many levels
   */
  public Route find(ByteBuf in, int start, int length) {
    long hash = TopicHash.of(in, start, length);
    int at = (int) hash & mask;
    Route route = routes[at];
    if (!isRoute(route, hash, in, start, length)) {
      route = routes[at ^ 1];
      if (!isRoute(route, hash, in, start, length)) {
        return miss(in, start, length, hash, at);
      }
    }
    hits++;
    if (route.levels > maxLevels.getAsInt()) {
      throw TopicRules.tooManyLevels();
    }
    return refresh(route);
  }

  private static boolean isRoute(
      @Nullable Route route, long hash, ByteBuf in, int start, int length) {
    return route != null
        && route.hash == hash
        && TopicHash.equal(route.topic().utf8(), in, start, length);
  }

  /** The route of a topic that is known to be legal: an alias, a will, a message from the API. */
  public Route find(TopicName topic) {
    long hash = TopicHash.of(topic.utf8());
    int at = (int) hash & mask;
    for (int i = at; ; i = at ^ 1) {
      Route route = routes[i];
      if (route != null
          && route.hash == hash
          && Arrays.equals(route.topic().utf8(), topic.utf8())) {
        return refresh(route);
      }
      if (i != at) {
        return store(new Route(topic, hash, tree.match(topic.text(), budget)), at);
      }
    }
  }

  private Route refresh(Route route) {
    if (route.match.generation() != tree.generation()) {
      route.match = tree.match(route.topic().text(), budget);
    }
    return route;
  }

  private Route miss(ByteBuf in, int start, int length, long hash, int at) {
    if (!Utf8.isValid(in, start, length)) {
      throw ProtocolError.malformed("topic name is not a valid UTF-8 string");
    }
    byte[] bytes = new byte[length];
    in.getBytes(start, bytes);
    TopicRules.checkName(bytes);
    TopicName topic = new TopicName(bytes);
    TopicRules.checkLevels(topic.text(), maxLevels.getAsInt());
    Route route = new Route(topic, hash, tree.match(topic.text(), budget));
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
    // The newer of the two moves over; the older one is forgotten.
    if (routes[at] != null) {
      routes[at ^ 1] = routes[at];
    }
    routes[at] = route;
    return route;
  }
}
