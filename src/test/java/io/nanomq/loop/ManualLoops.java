package io.nanomq.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultithreadEventLoopGroup;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a broker in a test: one thread, and a clock that stands still until told.
 * Everything happens in an order that the test decides.
 */
public final class ManualLoops extends MultithreadEventLoopGroup {
  private final List<Loop> loops = new ArrayList<>();
  private final EventLoops contexts;
  private long nowMillis = 1_000_000;

  public ManualLoops(int count) {
    super(count, GlobalEventExecutor.INSTANCE);
    forEach(loop -> loops.add((Loop) loop));
    contexts = new EventLoops(this, () -> nowMillis);
  }

  /** The loops as the broker knows them. */
  public EventLoops contexts() {
    return contexts;
  }

  public LoopContext context(int index) {
    return contexts.get(index);
  }

  public Loop loop(int index) {
    return loops.get(index);
  }

  public long nowMillis() {
    return nowMillis;
  }

  /** Runs what waits on one loop, and what that brings, until nothing does. */
  public void run(int index) {
    while (loops.get(index).runOne()) {
      // Each call ran one task.
    }
  }

  /** Runs what waits on all loops until nothing does. */
  public void runAll() {
    boolean ran = true;
    while (ran) {
      ran = false;
      for (Loop loop : loops) {
        ran |= loop.runOne();
      }
    }
  }

  /** Lets time pass, tick by tick, and runs what that brings. */
  public void advance(long millis) {
    long until = nowMillis + millis;
    while (nowMillis < until) {
      nowMillis = Math.min(until, nowMillis + LoopTimer.TICK_MILLIS);
      contexts.all().forEach(LoopContext::tick);
      runAll();
    }
  }

  /** Lets time pass at once; what that brings waits to be run. */
  public void tick(long millis) {
    nowMillis += millis;
    contexts.all().forEach(LoopContext::tick);
  }

  /** Lets time pass at once, as after a long stall. */
  public void jump(long millis) {
    tick(millis);
    runAll();
  }

  @Override
  protected EventLoop newChild(Executor executor, Object... args) {
    return new Loop();
  }

  /**
   * An event loop without a thread: tasks wait until a test runs them, and scheduled ones never
   * run, since the tests tick the loop's time themselves. It serves no channels.
   */
  public static final class Loop extends AbstractScheduledEventExecutor implements EventLoop {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    /** Runs the oldest task; false where there is none. */
    public boolean runOne() {
      Runnable task = tasks.poll();
      if (task == null) {
        return false;
      }
      task.run();
      return true;
    }

    public int waiting() {
      return tasks.size();
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public boolean inEventLoop(Thread thread) {
      return true;
    }

    @Override
    public EventLoopGroup parent() {
      return this;
    }

    @Override
    public EventLoop next() {
      return this;
    }

    @Override
    public ChannelFuture register(Channel channel) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
      throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isShuttingDown() {
      return false;
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
      return terminationFuture();
    }

    @Override
    public Future<?> terminationFuture() {
      return GlobalEventExecutor.INSTANCE.newSucceededFuture(null);
    }

    @Override
    @Deprecated
    public void shutdown() {}

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
