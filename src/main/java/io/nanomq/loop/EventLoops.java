package io.nanomq.loop;

import io.nanomq.metrics.CounterSnapshot;
import io.nanomq.metrics.LoopCounters;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * All event loops of the broker. Shared and safe: filled by the constructor, only read afterwards.
 */
public final class EventLoops implements AutoCloseable {
  /** More loops than this are not used: targets of a message are kept as bits of one long. */
  public static final int MAX_LOOPS = 64;

  private final List<LoopContext> contexts = new ArrayList<>();
  private final Map<EventLoop, LoopContext> byLoop = new IdentityHashMap<>();
  private final List<Runnable> tickers = new ArrayList<>();

  /**
   * @param group the loops
   * @param clockMillis a clock that never goes back
   */
  public EventLoops(EventLoopGroup group, LongSupplier clockMillis) {
    for (EventExecutor executor : group) {
      if (contexts.size() < MAX_LOOPS) {
        EventLoop loop = (EventLoop) executor;
        LoopContext context = new LoopContext(contexts.size(), loop, clockMillis);
        contexts.add(context);
        byLoop.put(loop, context);
        tickers.add(context.startTicking());
      }
    }
  }

  public int size() {
    return contexts.size();
  }

  public LoopContext get(int index) {
    return contexts.get(index);
  }

  public List<LoopContext> all() {
    return contexts;
  }

  /**
   * The context of a loop.
   *
   * @throws IllegalArgumentException where it is none of ours
   */
  public LoopContext of(EventLoop loop) {
    LoopContext context = byLoop.get(loop);
    if (context == null) {
      throw new IllegalArgumentException("not a loop of this broker: " + loop);
    }
    return context;
  }

  /** Done when every loop has got through the tasks that it has now. */
  public CompletionStage<Void> catchUp() {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (LoopContext context : contexts) {
      all.add(CompletableFuture.runAsync(() -> {}, context.eventLoop()));
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
  }

  /** The sum of what all loops have counted, each read by a task of its own. */
  public CompletionStage<CounterSnapshot> counters() {
    CompletableFuture<LoopCounters> sum = CompletableFuture.completedFuture(new LoopCounters());
    for (LoopContext context : contexts) {
      sum =
          sum.thenApplyAsync(
              before -> {
                context.counters().addTo(before);
                return before;
              },
              context.eventLoop());
    }
    return sum.thenApply(LoopCounters::snapshot);
  }

  /** Whether messages flow through any loop, rather than one now and then. */
  public boolean isBusy() {
    for (LoopContext context : contexts) {
      if (context.isBusy()) {
        return true;
      }
    }
    return false;
  }

  /**
   * How late each loop came to its work at worst, in nanoseconds, by index. One that has not come
   * back yet counts with the time that it has been away.
   */
  public long[] maxLagNanos() {
    long now = System.nanoTime();
    return contexts.stream().mapToLong(context -> context.lag().maxNanos(now)).toArray();
  }

  /** How late each loop is right now, in nanoseconds, by index; 0 = it turns. From any thread. */
  public long[] stallNanos() {
    long now = System.nanoTime();
    return contexts.stream()
        .mapToLong(context -> Math.max(0, context.lag().stallNanos(now)))
        .toArray();
  }

  /** Stops the loops' time; the loops themselves are not ours to stop. */
  @Override
  public void close() {
    tickers.forEach(Runnable::run);
  }
}
