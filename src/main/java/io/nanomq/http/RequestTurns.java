package io.nanomq.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * One request of a connection at a time: the next one is not decoded before the answer to this one
 * has left for the kernel. Whoever sends requests without end and reads no answer has one answer
 * and a few undecoded bytes kept, not all of them. Confined to the connection's event loop.
 */
final class RequestTurns extends ChannelOutboundHandlerAdapter {
  /** Bytes that may wait undecoded before the socket is read no more: a whole head. */
  private static final int MOST_WAITING = 16 * 1024;

  // The head of a request was decoded, and its end was not.
  private boolean isComing;
  private int unanswered;
  private boolean waits;
  private boolean stopped;
  private Runnable goOn = () -> {};

  /**
   * @param action has what waits decoded
   */
  void onTurn(Runnable action) {
    goOn = action;
  }

  /** Whether an answer is to leave before the next request is decoded. */
  boolean isAnswering() {
    return unanswered > 0 && !isComing;
  }

  /** Whether so much waits that nothing more is to be read. */
  boolean isStopped() {
    return stopped;
  }

  /** Something was decoded. */
  void decoded(Object message) {
    if (message instanceof HttpRequest) {
      unanswered++;
      isComing = true;
    }
    if (message instanceof LastHttpContent) {
      isComing = false;
    }
  }

  /**
   * Bytes wait for their turn. A few are read ahead, so that it is seen when the client has gone.
   *
   * @param bytes that wait
   */
  void waiting(Channel channel, int bytes) {
    waits = bytes > 0;
    if (bytes > MOST_WAITING) {
      stopped = true;
      channel.config().setAutoRead(false);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof LastHttpContent && !isInterim(message)) {
      context.write(message, promise.unvoid().addListener(sent -> answered(context)));
    } else {
      context.write(message, promise);
    }
  }

  private static boolean isInterim(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  private void answered(ChannelHandlerContext context) {
    unanswered = Math.max(0, unanswered - 1);
    if (waits && !isAnswering()) {
      // Not within a write: what is decoded now may be answered at once.
      context.executor().execute(() -> nextTurn(context.channel()));
    }
  }

  private void nextTurn(Channel channel) {
    if (waits && !isAnswering() && channel.isActive()) {
      waits = false;
      goOn.run();
      if (stopped && !waits) {
        stopped = false;
        channel.config().setAutoRead(true);
      }
    }
  }
}
