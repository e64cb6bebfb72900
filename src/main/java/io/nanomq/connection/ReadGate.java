package io.nanomq.connection;

import io.nanomq.config.model.MqttConf.Rates;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import io.nanomq.loop.TurnReads;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a connection is read from: it is while no reason is against it. The one place that stops
 * and resumes reading, so that the end of one reason does not undo another. While it is shut the
 * decoder keeps what has been read, and the rest waits in the socket.
 */
@LoopConfined
final class ReadGate implements TurnReads.Socket {
  /** The loop's turn is used up. */
  static final int TURN = 1;

  /** A loop that the client's messages go to has too much to do. */
  static final int LAG = 1 << 1;

  /** The client does not read what it is sent. */
  static final int UNREAD = 1 << 2;

  /** Its CONNECT waits for an answer. */
  static final int CONNECT = 1 << 3;

  /** It is on its way to another loop. */
  static final int MOVE = 1 << 4;

  /** One of its packets is so much work that it takes several turns. */
  static final int PACKET = 1 << 5;

  /** It is over. Reading is not stopped for that: bytes nobody has read would reset the socket. */
  static final int CLOSED = 1 << 6;

  /** The client has sent more a second than it may. */
  static final int RATE = 1 << 7;

  /** A web server is asked whether it may do what it wants to. */
  static final int ACCESS = 1 << 8;

  /** Bytes that wait of a client that has little to say: a few packets. */
  private static final int LITTLE = 1024;

  private static final Runnable NOTHING = () -> {};

  private final Connection connection;
  private int reasons;
  // What is read next was counted when it was decided that it is.
  private boolean readsMuch;
  private Runnable framesGoOn = NOTHING;
  // The client has said its last, and what it said before waits.
  private boolean endsAfterRest;
  // Null where no rate was ever bounded.
  private @Nullable RateWatch rate;

  ReadGate(Connection connection) {
    this.connection = connection;
  }

  /**
   * @param anyOf one reason or several
   */
  boolean isShutFor(int anyOf) {
    return (reasons & anyOf) != 0;
  }

  /** Whether there is any reason against it. */
  boolean isShut() {
    return reasons != 0;
  }

  /** Whether it is our doing and not the client's that nothing of it is handled. */
  boolean isHeldUp() {
    return isShutFor(TURN | LAG | PACKET | RATE | ACCESS);
  }

  /** Has nothing more handled from now on; {@link #settle} has nothing more read. */
  void hold(int reason) {
    reasons |= reason;
    connection.decoder().pause();
  }

  /** Stops reading. */
  void shut(int reason) {
    hold(reason);
    settle();
  }

  /** Lets the socket follow: what is held for a moment only needs no call into the kernel. */
  void settle() {
    if (!isShutFor(CLOSED)) {
      connection.channel().config().setAutoRead(reasons == 0);
    }
  }

  /**
   * A reason is gone. Where it was the last one, what was kept is handled, then reading goes on.
   */
  void open(int reason) {
    if (!isShutFor(reason)) {
      return;
    }
    reasons &= ~reason;
    if (reasons == 0) {
      // What is handled may shut it again.
      connection.decoder().resume(connection.ctx());
      // A reason may end while packets are handled: frames come behind the rest of those.
      if (reasons == 0 && !connection.decoder().isDecoding()) {
        framesGoOn.run();
      }
      settle();
    }
  }

  /**
   * Before packets there are frames, which wait as well while it is shut.
   *
   * @param action has them handled; called whenever nothing is against it any more
   */
  void framesGoOn(Runnable action) {
    framesGoOn = action;
  }

  /** Nothing is handled any more, whatever reason ends. */
  void close() {
    reasons |= CLOSED;
    connection.loop().timer().cancel(rate);
    connection.decoder().stop();
  }

  /** Whether what the client sends is counted. */
  boolean isMetered() {
    return rate != null;
  }

  /** A packet was handled where a rate is bounded; see {@link RateWatch#count}. */
  void count(Rates rates, int publishes, int packetBytes) {
    RateWatch watch = rate;
    if (watch == null) {
      watch = new RateWatch(connection);
      rate = watch;
    }
    watch.count(rates, publishes, packetBytes);
  }

  // ---- how reasons end

  /**
   * Whether a WebSocket frame may be handled now. Where it may not it waits until the gate is open.
   *
   * @param waitingBytes of the frame and those behind it
   */
  boolean takesFrame(int waitingBytes) {
    if (isShut()) {
      // What comes after the end is thrown away.
      return isShutFor(CLOSED);
    }
    TurnBudget budget = connection.loop().budget();
    if (budget.isUsedUp()) {
      awaitTurn(waitingBytes);
      return false;
    }
    budget.spend(TurnBudget.FRAME);
    return true;
  }

  /**
   * Stops reading until the loop's next turn, or the first after it that has room. Whoever has much
   * to be handled comes behind those who have little.
   *
   * @param waitingBytes of the client
   */
  void awaitTurn(int waitingBytes) {
    shut(TURN);
    TurnBudget budget = connection.loop().budget();
    Runnable goOn = () -> readOn(TURN);
    if (waitingBytes > LITTLE) {
      budget.behindOthers(goOn);
    } else {
      budget.nextTurn(goOn);
    }
  }

  /**
   * A read is over. Where it has used up the turn, or others have, a client whose packet is not
   * whole has more read of it behind others.
   */
  void burstEnd() {
    if (connection.decoder().keepsSome() && !isShut() && turn().isUsedUp()) {
      shut(TURN);
      turn().behindOthers(this::readMore);
    }
  }

  private void readMore() {
    readsMuch = true;
    readOn(TURN);
    turn().spend(TurnReads.LARGEST);
  }

  @Override
  public TurnBudget turn() {
    return connection.loop().budget();
  }

  @Override
  public boolean takeLargeRead() {
    boolean was = readsMuch;
    readsMuch = false;
    return was;
  }

  /**
   * Stops reading until the loops that the client's messages go to have caught up.
   *
   * @param lag whether they have not
   */
  void awaitLoops(BooleanSupplier lag) {
    if (!isShutFor(LAG | CLOSED)) {
      shut(LAG);
      connection.context().pausedPublishers().add(this, lag);
    }
  }

  /**
   * The same, and then does what waited for it: in a task of its own, since that may wait again.
   *
   * @param lag whether they have not
   */
  void awaitLoops(BooleanSupplier lag, Runnable then) {
    awaitLoops(
        () -> {
          boolean waits = lag.getAsBoolean();
          if (!waits) {
            connection.loop().eventLoop().execute(() -> goOn(then));
          }
          return waits;
        });
  }

  private void goOn(Runnable then) {
    if (!isShutFor(CLOSED)) {
      connection.attempt(then);
    }
  }

  /**
   * Looks whether the loops that were waited for have caught up.
   *
   * @param lag whether they have not
   * @return false = it waits on
   */
  boolean readOnUnless(BooleanSupplier lag) {
    if (isShutFor(CLOSED)) {
      return true;
    }
    boolean isOver = true;
    try {
      isOver = !lag.getAsBoolean();
      if (isOver) {
        readOn(LAG);
      }
    } catch (Throwable failure) {
      connection.failed(failure);
    }
    return isOver;
  }

  /** What was ours to do is done. */
  void readOn(int reason) {
    connection.attempt(() -> openForRest(reason));
  }

  private void openForRest(int reason) {
    if (!isShutFor(CLOSED)) {
      connection.heard();
      open(reason);
      if (endsAfterRest && !isHeldUp()) {
        connection.closed();
      }
    }
  }

  /** The client reads again. */
  void readsAgain() {
    if (isShutFor(UNREAD)) {
      // Not at once: a write that is flushed says so in the middle of a message's delivery.
      connection.loop().eventLoop().execute(() -> connection.attempt(this::readIfRead));
    }
  }

  private void readIfRead() {
    if (connection.isConnected() && connection.channel().isWritable()) {
      open(UNREAD);
    }
  }

  /**
   * The client sends no more.
   *
   * @return whether something that it has sent is still to be handled; the connection is closed
   *     after it
   */
  boolean endsAfterRest() {
    endsAfterRest = isHeldUp() && !isShutFor(CLOSED) && connection.decoder().keepsSome();
    return endsAfterRest;
  }
}
