package io.nanomq.listener;

import io.nanomq.limit.ListenerMeter;
import io.nanomq.limit.TokenBucket;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Accepts no more sockets of one listener than the event loops take in: each costs a loop as much
 * as hundreds of messages, and the loop must take all that it is given before it turns to the
 * clients it has. Others wait in the kernel's backlog, {@value ListenerSockets#BACKLOG} of them.
 *
 * <p>Safe for any thread: the acceptor counts up, the loops count down.
 */
final class AcceptGate extends ChannelInboundHandlerAdapter {
  /** Sockets that may be on their way to one loop. */
  static final int PER_LOOP = 32;

  private final int most;
  private final AtomicInteger onTheirWay = new AtomicInteger();
  private final Runnable arrived = this::arrived;
  private final ListenerMeter meter;
  private final TokenBucket pace = new TokenBucket();
  // The acceptor's alone: more came than are accepted a second.
  private boolean paced;
  private volatile @Nullable Channel server;

  /**
   * @param loops how many loops share the sockets
   * @param meter says how many a second are accepted
   */
  AcceptGate(int loops, ListenerMeter meter) {
    this.most = loops * PER_LOOP;
    this.meter = meter;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    server = ctx.channel();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object socket) {
    if (onTheirWay.incrementAndGet() >= most) {
      ctx.channel().config().setAutoRead(false);
      // A loop may have taken the last ones before that took effect.
      openIfRoom(ctx.channel());
    }
    pace(ctx.channel());
    ctx.fireChannelRead(socket);
  }

  private void pace(Channel accepting) {
    int perSecond = meter.limits().connectionsPerSecond();
    if (perSecond == 0) {
      return;
    }
    long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    long wait = pace.take(1, perSecond, now);
    if (wait > 0 && !paced) {
      paced = true;
      accepting.config().setAutoRead(false);
      accepting.eventLoop().schedule(() -> goOn(accepting), wait, TimeUnit.MILLISECONDS);
    }
  }

  private void goOn(Channel accepting) {
    paced = false;
    openIfRoom(accepting);
  }

  /** To be run once for each socket, when its loop has taken it in and can take another. */
  Runnable arrival() {
    return arrived;
  }

  private void arrived() {
    // Not at each one: that would wake the acceptor as often.
    Channel accepting = server;
    if (onTheirWay.decrementAndGet() == most / 2 && accepting != null) {
      accepting.eventLoop().execute(() -> openIfRoom(accepting));
    }
  }

  private void openIfRoom(Channel accepting) {
    if (!paced && onTheirWay.get() <= most / 2) {
      accepting.config().setAutoRead(true);
    }
  }
}
