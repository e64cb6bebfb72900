package io.nanomq.bridge.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets acknowledgements come together before they are read. A broker that writes each in a packet
 * of its own wakes the loop up for each, which costs more than what they say; nobody waits for
 * them, as long as the window has room. Other packets in between are {@value #PAUSE_MICROS} µs late
 * at most, and only while acknowledgements come without pause.
 */
@LoopConfined
public final class AckBatch {
  private static final int PAUSE_MICROS = 250;

  /** So many at once have come together by themselves. */
  private static final int MANY = 32;

  /** Bursts that are further from each other wake nobody up too often. */
  private static final int CLOSE_MILLIS = 1;

  private final LoopContext loop;
  private final Runnable goOn = this::goOn;
  private @Nullable ChannelHandlerContext waiting;
  private int packets;
  private int acks;
  private long burstAtMillis;

  public AckBatch(LoopContext loop) {
    this.loop = loop;
  }

  /** A packet has come. */
  public void packet() {
    packets++;
  }

  /** It settles a message, and asks for no answer. */
  public void settles() {
    acks++;
  }

  /**
   * All that was there is read.
   *
   * @param mayWait whether nothing is held up by acknowledgements that are not read yet
   */
  public void burstEnd(ChannelHandlerContext ctx, boolean mayWait) {
    boolean isAcksOnly = packets == acks && acks > 0 && acks < MANY;
    long now = loop.nowMillis();
    boolean isClose = now - burstAtMillis <= CLOSE_MILLIS;
    burstAtMillis = now;
    packets = 0;
    acks = 0;
    if (isAcksOnly && isClose && mayWait && waiting == null) {
      waiting = ctx;
      ctx.channel().config().setAutoRead(false);
      loop.eventLoop().schedule(goOn, PAUSE_MICROS, TimeUnit.MICROSECONDS);
    }
  }

  private void goOn() {
    ChannelHandlerContext ctx = waiting;
    waiting = null;
    if (ctx != null) {
      ctx.channel().config().setAutoRead(true);
    }
  }

  /** Somebody else says when it is read. */
  public void leave() {
    waiting = null;
  }
}
