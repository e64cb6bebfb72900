package io.nanomq.listener;

import io.nanomq.config.key.value.Network;
import io.nanomq.connection.PeerAddress;
import io.nanomq.loop.BlockingWork;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.loop.TurnBudget;
import io.nanomq.metrics.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.util.concurrent.Future;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Begins TLS on one connection when the client has spoken and its turn has come ({@link
 * TlsHandshakes}), has what it computes done off the loop, and leaves the pipeline when the
 * handshake is over. Until then the connection does not move to another loop, as there is no
 * CONNECT. A client that asks for a second handshake on its connection is refused: each costs it
 * next to nothing.
 */
@LoopConfined
final class TlsHandshake extends ChannelInboundHandlerAdapter
    implements TlsHandshakes.Turn, Executor {
  private static final Logger LOG = Logger.getLogger(TlsHandshake.class);

  private static final int LOOK_MILLIS = 250;

  private enum State {
    SILENT,
    WAITING,
    UNDER_WAY,
    OVER
  }

  private final TlsHandshakes all;
  private final TlsContext tls;
  private final LoopContext loop;
  private final Channel channel;
  private String from;
  private State state = State.SILENT;
  private @Nullable ByteBuf kept;
  private @Nullable ChannelHandlerContext ctx;
  private long lastStepMillis;
  // The client has said its last, as an event that those behind TLS have not seen.
  private @Nullable Object last;
  // Whether a step waits for a thread, which is not the client's fault.
  private volatile boolean isComputed;

  private final Timeout watch = Timeout.of(this::look);

  TlsHandshake(TlsHandshakes all, TlsContext tls, LoopContext loop, Channel channel) {
    this.all = all;
    this.tls = tls;
    this.loop = loop;
    this.channel = channel;
    this.from = Network.caller(PeerAddress.of(channel));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    switch (state) {
      case SILENT -> {
        ctx = context;
        kept = (ByteBuf) message;
        state = State.WAITING;
        context.channel().config().setAutoRead(false);
        // A proxy may have said meanwhile who it is.
        from = Network.caller(PeerAddress.of(channel));
        all.enter(from, this);
      }
      case WAITING -> keep(context, (ByteBuf) message);
      default -> {
        lastStepMillis = loop.nowMillis();
        context.fireChannelRead(message);
      }
    }
  }

  /**
   * A client that says no more may have said enough: what is computed now can end the handshake,
   * and behind it whole packets may wait. Closed meanwhile, SslHandler would keep the socket for
   * three seconds.
   */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event != ChannelInputShutdownReadComplete.INSTANCE || state == State.OVER) {
      context.fireUserEventTriggered(event);
    } else if (state == State.SILENT) {
      context.close();
    } else {
      last = event;
    }
  }

  private void keep(ChannelHandlerContext context, ByteBuf more) {
    ByteBuf before = kept;
    if (before == null) {
      kept = more;
    } else {
      int bytes = before.readableBytes() + more.readableBytes();
      kept = context.alloc().buffer(bytes).writeBytes(before).writeBytes(more);
      before.release();
      more.release();
    }
  }

  @Override
  public void begin() {
    onLoop(() -> loop.budget().behindOthers(this::start));
  }

  @Override
  public void refused() {
    onLoop(this::turnAway);
  }

  private void onLoop(Runnable action) {
    if (loop.eventLoop().inEventLoop()) {
      action.run();
    } else {
      loop.eventLoop().execute(action);
    }
  }

  private void turnAway() {
    ChannelHandlerContext context = ctx;
    if (state != State.OVER && context != null) {
      loop.counters().drop(DropReason.TLS_LIMIT);
      loop.budget().spend(state == State.UNDER_WAY ? TurnBudget.TLS_END : TurnBudget.CONNECTION);
      context.close();
    }
  }

  private void start() {
    ChannelHandlerContext context = ctx;
    ByteBuf first = kept;
    if (state != State.WAITING || context == null || first == null) {
      all.end(); // It is closed.
      return;
    }
    loop.budget().spend(TurnBudget.TLS_HANDSHAKE);
    state = State.UNDER_WAY;
    lastStepMillis = loop.nowMillis();
    loop.timer().arm(watch, lastStepMillis + LOOK_MILLIS);
    try {
      var handler = tls.newHandler(context.alloc(), this, this::handshakeEnded);
      context.pipeline().addAfter(context.name(), "ssl", handler);
    } catch (RuntimeException | Error failure) {
      // What is kept goes with the connection, and its turn to another one.
      LOG.errorf(failure, "No TLS for a connection from %s", from);
      context.close();
      return;
    }
    kept = null;
    context.fireChannelRead(first);
    context.fireChannelReadComplete();
    context.channel().config().setAutoRead(true);
  }

  /** What the handshake computes next; the loop calls it. */
  @Override
  public void execute(Runnable step) {
    if (state != State.UNDER_WAY) {
      throw new RejectedExecutionException("a second TLS handshake on one connection");
    }
    isComputed = true;
    all.submit(from, new Step(step));
  }

  private final class Step implements BlockingWork.Work {
    private final Runnable step;

    Step(Runnable step) {
      this.step = step;
    }

    @Override
    public void run() {
      isComputed = false;
      ChannelHandlerContext context = ctx;
      // Whoever has gone is not worth two milliseconds.
      if (context != null && context.channel().isActive()) {
        step.run();
      }
    }

    @Override
    public void refused() {
      TlsHandshake.this.refused();
    }
  }

  /** A client that does not go on makes room for those that wait. */
  private void look() {
    if (isComputed) {
      lastStepMillis = loop.nowMillis();
    }
    if (state != State.UNDER_WAY) {
      return;
    }
    long idle = loop.nowMillis() - lastStepMillis;
    ChannelHandlerContext context = ctx;
    if (last != null && context != null && idle >= LOOK_MILLIS) {
      loop.budget().spend(TurnBudget.TLS_END);
      context.close();
    } else if (idle >= all.patienceMillis()) {
      turnAway();
    } else {
      loop.timer().arm(watch, loop.nowMillis() + LOOK_MILLIS);
    }
  }

  private void handshakeEnded(Future<Channel> handshake) {
    ChannelHandlerContext context = ctx;
    if (handshake.isSuccess() && context != null && !context.isRemoved()) {
      context.pipeline().remove(this);
      Object event = last;
      if (event != null) {
        // What was said before it is decrypted after this.
        loop.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(event));
      }
    } else {
      over();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    over();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    over();
  }

  private void over() {
    State before = state;
    state = State.OVER;
    loop.timer().cancel(watch);
    if (kept != null) {
      kept.release();
      kept = null;
    }
    if (before == State.WAITING) {
      all.leave(from, this);
    } else if (before == State.UNDER_WAY) {
      all.end();
    }
  }
}
