package io.nanomq.bridge;

import io.nanomq.bridge.queue.AckBatch;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.queue.Delivery;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * How long the other broker may be silent on one connection: until CONNACK, without any packet,
 * without taking what waits for the socket, without acknowledging the oldest message. It is pinged
 * as often as that needs.
 */
@LoopConfined
final class LinkWatch {
  private static final int CONNACK_MILLIS = 20_000;
  private static final long NEVER = Long.MAX_VALUE;
  private static final long NOT_BLOCKED = -1;

  private final LoopContext loop;
  private final RemoteLink link;
  private final Outbox outbox;
  private final long ackMillis;
  private final long sendMillis;
  private final long receiveMillis;
  private final Timeout look = Timeout.of(this::look);
  private final AckBatch acks;
  private boolean accepted;
  // Milliseconds; NEVER where it is not looked at.
  private long silenceMillis = NEVER;
  private long pingMillis = NEVER;
  private long stepMillis;
  private long readAtMillis;
  private long pingedAtMillis;
  private long blockedSinceMillis = NOT_BLOCKED;
  private @Nullable Delivery oldest;
  private long oldestSinceMillis;

  LinkWatch(LoopContext loop, RemoteLink link, Outbox outbox, BridgeConf conf) {
    this.loop = loop;
    this.link = link;
    this.outbox = outbox;
    this.acks = new AckBatch(loop);
    this.ackMillis = orNever(conf.habits().ackMillis());
    this.sendMillis = orNever(conf.socket().tcp().sendMillis());
    this.receiveMillis = orNever(conf.socket().tcp().receiveMillis());
  }

  private static long orNever(long millis) {
    return millis <= 0 ? NEVER : millis;
  }

  /** CONNECT has gone out. */
  void opened() {
    loop.timer().arm(look, loop.nowMillis() + CONNACK_MILLIS);
  }

  /**
   * CONNACK has come.
   *
   * @param keepAliveSeconds in force; 0 = none
   */
  void accepted(int keepAliveSeconds) {
    accepted = true;
    long keepAlive = orNever(keepAliveSeconds * 1000L);
    pingMillis = Math.min(keepAlive, receiveMillis) / 2;
    silenceMillis = Math.min(keepAlive == NEVER ? NEVER : keepAlive * 3 / 2, receiveMillis);
    stepMillis = Math.min(pingMillis, Math.min(sendMillis, ackMillis) / 4);
    long now = loop.nowMillis();
    readAtMillis = now;
    pingedAtMillis = now;
    oldestSinceMillis = now;
    arm(now);
  }

  private void arm(long now) {
    if (stepMillis < NEVER / 4) {
      loop.timer().arm(look, now + Math.max(1, stepMillis));
    }
  }

  /** A packet has come. */
  void read() {
    acks.packet();
    readAtMillis = loop.nowMillis();
  }

  /** The packet has settled a message, and is not answered. */
  void settled() {
    acks.settles();
  }

  /** What was there is read; acknowledgements alone may come together before the next look. */
  void burstEnd(ChannelHandlerContext ctx) {
    acks.burstEnd(ctx, accepted && outbox.flight().size() * 2 < link.window());
  }

  /** The link itself says when it is read. */
  void paused() {
    acks.leave();
  }

  void writable(boolean isWritable) {
    blockedSinceMillis = isWritable ? NOT_BLOCKED : loop.nowMillis();
  }

  void close() {
    acks.leave();
    loop.timer().cancel(look);
  }

  private void look() {
    long now = loop.nowMillis();
    if (!accepted) {
      link.end("no CONNACK within " + CONNACK_MILLIS / 1000 + " s");
      return;
    }
    if (link.isPaused()) {
      // It may have said everything that there is to say: nobody here reads.
      readAtMillis = now;
      oldestSinceMillis = now;
    }
    String late = late(now);
    if (late != null) {
      link.end(late);
      return;
    }
    if (now - pingedAtMillis >= pingMillis) {
      pingedAtMillis = now;
      link.ping();
    }
    arm(now);
  }

  private @Nullable String late(long now) {
    if (now - readAtMillis > silenceMillis) {
      return "nothing came for "
          + (silenceMillis == receiveMillis
              ? receiveMillis + " ms (tcp.recvtimeo)"
              : "one and a half times the keep alive");
    }
    if (blockedSinceMillis != NOT_BLOCKED && now - blockedSinceMillis >= sendMillis) {
      return "nothing was taken for " + sendMillis + " ms (tcp.sendtimeo)";
    }
    Delivery first = outbox.flight().oldestSent();
    if (first != oldest) {
      oldest = first;
      oldestSinceMillis = now;
    }
    return first != null && now - oldestSinceMillis >= ackMillis
        ? "no acknowledgement for " + ackMillis + " ms (cancel_timeout)"
        : null;
  }
}
