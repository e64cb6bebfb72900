package io.nanomq.connection;

import io.nanomq.loop.LoopConfined;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The way of a connection to the loop on which its client's session lives, before CONNACK. Its
 * channel leaves one loop and joins another; what has come meanwhile waits in the decoder, in
 * order.
 */
@LoopConfined
final class LoopMove {
  private final Connection connection;
  private final ConnectionContext target;
  private final Runnable next;
  private volatile @Nullable Throwable failure;

  /**
   * @param next what is to be done there
   */
  LoopMove(Connection connection, ConnectionContext target, Runnable next) {
    this.connection = connection;
    this.target = target;
    this.next = next;
  }

  void begin() {
    Channel channel = connection.channel();
    // In a task of its own: the loop may be in the middle of reading from this channel.
    connection
        .loop()
        .eventLoop()
        .execute(() -> channel.deregister().addListener(gone -> leave(channel)));
  }

  private void leave(Channel channel) {
    if (connection.isClosed() || !channel.isOpen()) {
      connection.closed();
    } else {
      target.loop().eventLoop().execute(() -> arrive(channel));
    }
  }

  private void arrive(Channel channel) {
    connection.livesWith(target);
    if (!channel.isOpen() || connection.isClosed()) {
      connection.closed();
      return;
    }
    target
        .loop()
        .eventLoop()
        .register(channel)
        .addListener(there -> settle(channel, there.isSuccess()));
  }

  private void settle(Channel channel, boolean isThere) {
    connection.hasMoved();
    Throwable cause = failure;
    if (!isThere || connection.isClosed()) {
      channel.close();
      connection.closed();
    } else if (cause != null) {
      connection.failed(cause);
    } else {
      connection.awaitConnack();
      connection.gate().open(ReadGate.MOVE);
      connection.attempt(next);
    }
  }

  /**
   * Puts off what the loop that a connection leaves, or has left, hears of it. The new loop sets
   * the channel's loop, ends the move, then looks for what was put off; this one asks in the
   * opposite order, and once more at the end, so that one of the two sees the other.
   *
   * @return false = it is told where it has to be
   */
  static boolean putsOff(Connection connection, Throwable cause) {
    LoopMove move = connection.move();
    Channel channel = connection.channel();
    if (channel.eventLoop().inEventLoop()) {
      if (move == null) {
        return false;
      }
      move.failure = cause;
      if (channel.eventLoop().inEventLoop()) {
        return true;
      }
    }
    channel.eventLoop().execute(() -> connection.failed(cause));
    return true;
  }
}
