package io.nanomq.listener;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * What to do when a socket cannot be accepted, most often since the process has as many files and
 * sockets open as it may: those that come wait in the kernel for {@value #PAUSE_MILLIS} ms, in
 * place of a loop that tries again and again, and the log says so once a minute. Safe for any
 * thread: one for all listeners.
 */
@ChannelHandler.Sharable
public final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = Logger.getLogger("io.nanomq");

  static final int PAUSE_MILLIS = 1_000;
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.channel().config().setAutoRead(false);
    ctx.executor()
        .schedule(
            () -> ctx.channel().config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    long now = System.nanoTime();
    long until = quietUntil.get();
    if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
      LOG.warnf(
          "No more connections can be accepted on %s for now: %s. If that is too many open files,"
              + " raise the limit (ulimit -n) or lower max_connections",
          ctx.channel().localAddress(), cause.getMessage());
    }
  }
}
