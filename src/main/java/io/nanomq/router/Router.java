package io.nanomq.router;

import io.nanomq.config.model.MqttConf;
import io.nanomq.config.model.ShareStrategy;
import io.nanomq.loop.EventLoops;
import io.nanomq.memory.Budget;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The shared side of routing: the topic tree, and a {@link FanOut} and {@link TopicCache} for each
 * loop. Safe: filled by the constructor, only read afterwards.
 */
public final class Router {
  private static final int MIN_CACHED = 4 * 1024;
  private static final int MAX_CACHED = 128 * 1024;

  /**
   * What a place of the cache is reckoned at: a short topic with its route, and the place itself.
   * Longer ones, and those that match much, leave places empty: their bytes are counted apart.
   */
  private static final int CACHED_TOPIC_BYTES = 256;

  private final TopicTree tree;
  private final FanOut[] fanOuts;
  private final TopicCache[] caches;

  /**
   * @param maxTopicLevels levels that a topic name may have, now
   * @param copyPerFilter whether overlapping filters get a copy each
   * @param shares which member of a shared subscription gets a message
   * @param budgets what subscriptions may take, and topics that are remembered
   */
  public Router(
      EventLoops loops,
      IntSupplier maxTopicLevels,
      BooleanSupplier copyPerFilter,
      Supplier<ShareStrategy> shares,
      MemoryBudgets budgets) {
    tree = new TopicTree(loops.size(), budgets.of(Purpose.SUBSCRIPTIONS));
    fanOuts = new FanOut[loops.size()];
    Budget cached = budgets.of(Purpose.TOPIC_CACHE);
    Budget mail = budgets.of(Purpose.HAND_OFF);
    long mailBytes = mail.perLoop(loops.size());
    long largeBytes = budgets.of(Purpose.LARGE_DELIVERIES).perLoop(loops.size());
    long cachedBytes = cached.perLoop(loops.size());
    int capacity = cacheCapacity(cachedBytes);
    caches = new TopicCache[loops.size()];
    for (int i = 0; i < fanOuts.length; i++) {
      fanOuts[i] =
          new FanOut(loops.get(i), tree, fanOuts, copyPerFilter, shares, mailBytes, largeBytes);
      mail.countedBy(fanOuts[i].mailbox()::waitingBytes);
      caches[i] = new TopicCache(tree, maxTopicLevels, capacity, cachedBytes, loops.get(i));
    }
  }

  /**
   * As its configuration says.
   *
   * @param conf in force now
   * @param budgets what subscriptions may take, and topics that are remembered
   */
  public Router(EventLoops loops, Supplier<MqttConf> conf, MemoryBudgets budgets) {
    this(
        loops,
        () -> conf.get().client().maxTopicLevels(),
        () -> conf.get().copyPerFilter(),
        () -> conf.get().shares(),
        budgets);
  }

  private static int cacheCapacity(long bytes) {
    long fit = bytes / CACHED_TOPIC_BYTES;
    return Integer.highestOneBit((int) Math.max(MIN_CACHED, Math.min(MAX_CACHED, fit)));
  }

  public TopicTree tree() {
    return tree;
  }

  public FanOut fanOut(int loopIndex) {
    return fanOuts[loopIndex];
  }

  /**
   * Has somebody told of recipients of other loops that do not get a loop's message in hand, since
   * they are full; before the first message.
   */
  public void tellRefusals(int loopIndex, Consumer<Recipient> told) {
    fanOuts[loopIndex].current.tellRefusals(told);
  }

  public TopicCache cache(int loopIndex) {
    return caches[loopIndex];
  }

  /** Gives back the encoders' buffers; after the loops stopped delivering. */
  public void close() {
    for (FanOut fanOut : fanOuts) {
      fanOut.close();
    }
  }
}
