package io.nanomq.connection;

import io.nanomq.loop.LoopConfined;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jboss.logging.Logger;

/**
 * Large payloads on their way to one client. They are sent from memory that others' sockets send
 * from, too, so what waits for a client that reads slowly costs nothing more here. In the kernel it
 * costs a copy for each client, in new pages: for a thousand that do not read that was 900 MB, and
 * three milliseconds of the loop for each. So where there are many, the kernel gets what is on its
 * way, and {@link #UNSENT_BYTES} ahead (TCP_NOTSENT_LOWAT, tcp(7)).
 *
 * <p>With TLS nothing is shared: each client has bytes of its own, which the kernel takes as ever.
 */
@LoopConfined
final class LargeWrites {
  /** Smaller ones are written as all other packets are. */
  static final int LEAST_BYTES = 64 * 1024;

  /** What the kernel holds beyond what the client's window takes. */
  static final int UNSENT_BYTES = 128 * 1024;

  private static final long NO_BOUND = 0;
  private static final Logger LOG = Logger.getLogger(LargeWrites.class);

  private final Channel channel;
  private final Deque<LoopOutput.Shared> waiting = new ArrayDeque<>(4);
  private long waitingBytes;
  private long unsentBytes = NO_BOUND;

  LargeWrites(Channel channel) {
    this.channel = channel;
  }

  /** Whether the channel sends such a payload from where it is. */
  static boolean take(Channel channel, ByteBuf payload) {
    return payload.readableBytes() >= LEAST_BYTES
        && channel.pipeline().get(SslHandler.class) == null;
  }

  /** Bytes of the payloads that the socket has not taken as a whole. */
  long waitingBytes() {
    return waitingBytes;
  }

  /** This client's part of them, where those who wait for the same one share it. */
  long partBytes() {
    long bytes = 0;
    for (LoopOutput.Shared shared : waiting) {
      bytes += shared.partBytes();
    }
    return bytes;
  }

  /**
   * Writes a payload and flushes.
   *
   * @param payload stays the caller's
   */
  void write(ChannelHandlerContext ctx, ByteBuf payload, LoopOutput output) {
    LoopOutput.Shared shared = output.share(payload);
    bound(output.takeForKernel(shared.bytes()) ? NO_BOUND : UNSENT_BYTES);
    waiting.add(shared);
    waitingBytes += shared.bytes();
    ctx.writeAndFlush(payload.retainedDuplicate(), ctx.newPromise())
        .addListener(
            done -> {
              waiting.removeFirstOccurrence(shared);
              waitingBytes -= shared.bytes();
              output.shareNoMore(shared);
              if (!done.isSuccess() && channel.isActive()) {
                // As where nobody waits for the outcome.
                channel.pipeline().fireExceptionCaught(done.cause());
              }
            });
  }

  private void bound(long bytes) {
    if (unsentBytes == bytes || !(channel instanceof EpollSocketChannel socket)) {
      return;
    }
    unsentBytes = bytes;
    try {
      socket.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, bytes);
    } catch (ChannelException e) {
      // A socket that is closed meanwhile, or a system without it: then it takes what it takes.
      LOG.debugf("no bound of what the kernel holds: %s", e.getMessage());
    }
  }
}
