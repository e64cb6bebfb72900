package io.nanomq.router;

import io.nanomq.loop.EventLoops;
import java.util.function.BooleanSupplier;

/**
 * The shared side of routing: the topic tree, and a {@link FanOut} and {@link TopicCache} for each
 * loop. Safe: filled by the constructor, only read afterwards.
 */
public final class Router {
  private final TopicTree tree;
  private final FanOut[] fanOuts;
  private final TopicCache[] caches;

  /**
   * @param maxTopicLevels levels that a topic name may have
   * @param copyPerFilter whether overlapping filters get a copy each
   */
  public Router(EventLoops loops, int maxTopicLevels, BooleanSupplier copyPerFilter) {
    tree = new TopicTree(loops.size());
    fanOuts = new FanOut[loops.size()];
    caches = new TopicCache[loops.size()];
    for (int i = 0; i < fanOuts.length; i++) {
      fanOuts[i] = new FanOut(loops.get(i), fanOuts, copyPerFilter);
      caches[i] = new TopicCache(tree, maxTopicLevels);
    }
  }

  public TopicTree tree() {
    return tree;
  }

  public FanOut fanOut(int loopIndex) {
    return fanOuts[loopIndex];
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
