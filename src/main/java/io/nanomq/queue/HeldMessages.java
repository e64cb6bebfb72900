package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Account;
import io.nanomq.metrics.MessageMemory;
import io.nanomq.packet.PublishMessage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the messages cost that sessions of one loop keep, waiting or in flight, and the bound of it.
 * A message that many keep is counted once, and a reference for each. Where there is no room, what
 * has expired goes first, then the messages of whoever holds most: of the account with most, which
 * is a user or an address, the session with most. So many sessions of one account push nobody else
 * out. Among those that hold about as much, to a factor of two, it is done in turn.
 */
@LoopConfined
public final class HeldMessages {
  private static final VarHandle BYTES = bytesHandle();

  private final LoopContext loop;
  private final long limit;
  private final MemoryShortage shortage;
  private final WideWindows windows;
  private final Map<Account, AccountHolder> byAccount = new IdentityHashMap<>();
  private final AccountHolder nobody = new AccountHolder(null);
  private final SizeClasses<AccountHolder> accounts = new SizeClasses<>();
  private final Queue<MessageHolder> expired = new ArrayDeque<>();
  private final Runnable sweep = this::sweep;
  private boolean sweepScheduled;
  private long bytes;

  /**
   * @param limit bytes that all may cost
   */
  public HeldMessages(LoopContext loop, long limit) {
    this.loop = loop;
    this.limit = limit;
    this.shortage = new MemoryShortage(loop);
    this.windows = new WideWindows(loop);
  }

  private static VarHandle bytesHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(HeldMessages.class, "bytes", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  LoopContext loop() {
    return loop;
  }

  /** In which a session of the loop keeps what is in flight. */
  public InflightWindow newWindow() {
    return new InflightWindow(windows);
  }

  /** What all cost now, in bytes; any thread may ask. */
  public long bytes() {
    return (long) BYTES.getOpaque(this);
  }

  /** What all may cost, in bytes. */
  public long limit() {
    return limit;
  }

  /** Whether messages were given up lately because there was no room; any thread may ask. */
  public boolean isShort() {
    return shortage.isNow();
  }

  // ---- who keeps messages

  /**
   * A session is about to keep messages.
   *
   * @param account whose session it is, null = nobody's
   * @return to be given back with {@link #close}
   */
  public AccountHolder open(@Nullable Account account) {
    AccountHolder holder =
        account == null ? nobody : byAccount.computeIfAbsent(account, AccountHolder::new);
    holder.sessionCount++;
    return holder;
  }

  /** A session has ended and keeps nothing more. */
  public void close(MessageHolder session) {
    AccountHolder account = session.account;
    account.sessions.leave(session);
    account.sessionCount--;
    if (account.sessionCount == 0) {
      accounts.leave(account);
      byAccount.remove(account.account);
    }
  }

  /** Accounts that have sessions here which keep messages, or did. */
  public int accountCount() {
    return byAccount.size();
  }

  // ---- counting

  /**
   * Counts a message that a session is about to keep, and makes room for it.
   *
   * @return false where the session is itself among those that hold most; nothing is counted then
   */
  public boolean hold(MessageHolder holder, Delivery delivery) {
    PublishMessage message = delivery.message;
    if (delivery.isHeld() || message == null) {
      return true;
    }
    int own = delivery.referenceBytes();
    int all = message.retainedBytes();
    if (bytes + own + all > limit && !makeRoom(holder, delivery, message)) {
      return false;
    }
    // Only now: what made room may have been the last to keep the same message.
    PublishMessage counted = message.countedBy(loop.index());
    if (counted != message) {
      delivery.message = counted;
    }
    int before = counted.references();
    add(before == 0 ? own + all : own);
    // The account's share of what many keep; whoever comes later gets a smaller one.
    grow(holder, delivery, before == 0 ? own + all : own + all / (before + 1), own + all);
    counted.refer();
    return true;
  }

  /** Counts a delivery in flight whose message is not kept: that much is there for everybody. */
  public void holdWithoutMessage(MessageHolder holder, Delivery delivery) {
    delivery.message = null;
    int own = delivery.referenceBytes();
    add(own);
    grow(holder, delivery, own, own);
  }

  private void grow(MessageHolder holder, Delivery delivery, int charge, int more) {
    AccountHolder account = holder.account;
    delivery.charge = charge;
    holder.heldBytes += more;
    account.heldBytes += charge;
    account.heldMessages++;
    account.stores(0, delivery.stored);
    account.sessions.grown(holder);
    accounts.grown(account);
  }

  /** The message itself is needed no more, only its packet identifier. */
  public void letGoOfMessage(MessageHolder holder, Delivery delivery) {
    PublishMessage message = delivery.message;
    if (message == null) {
      return;
    }
    if (delivery.isHeld()) {
      int left = delivery.referenceBytes();
      int gone = message.retainedBytes();
      holder.heldBytes -= gone;
      holder.account.heldBytes -= delivery.charge - left;
      delivery.charge = left;
      if (message.unrefer() == 0) {
        add(-gone);
      }
    }
    delivery.message = null;
  }

  /** Nothing of it is kept any more. */
  public void letGo(MessageHolder holder, Delivery delivery) {
    if (!delivery.isHeld()) {
      return;
    }
    PublishMessage message = delivery.message;
    int own = delivery.referenceBytes();
    int all = message == null ? 0 : message.retainedBytes();
    holder.heldBytes -= own + all;
    holder.account.heldBytes -= delivery.charge;
    holder.account.heldMessages--;
    holder.account.stores(0, -delivery.stored);
    delivery.charge = 0;
    add(message != null && message.unrefer() == 0 ? -(own + all) : -own);
  }

  private void add(long more) {
    BYTES.setOpaque(this, bytes + more);
  }

  // ---- making room

  private boolean makeRoom(MessageHolder holder, Delivery delivery, PublishMessage message) {
    while (bytes + cost(delivery, message) > limit) {
      MessageHolder over = expired.poll();
      if (over != null) {
        dropExpired(over);
        continue;
      }
      shortage.met(bytes, limit);
      AccountHolder from = whoHasMost(holder.account);
      MessageHolder largest = from.sessions.largest();
      if (from == holder.account && !isAbove(largest, holder)) {
        return false;
      }
      if (largest == null) {
        // Its sessions have nothing but packet identifiers.
        accounts.leave(from);
        continue;
      }
      loop.budget().spend(TurnBudget.DELIVERY);
      if (!largest.shed()) {
        // It stands in a class again when it holds more.
        from.sessions.leave(largest);
      }
    }
    return true;
  }

  /** Another account only where it holds more than that one, not just about as much. */
  private AccountHolder whoHasMost(AccountHolder own) {
    AccountHolder most = accounts.largest();
    return isAbove(most, own) && most != null ? most : own;
  }

  private static boolean isAbove(@Nullable SizedHolder one, SizedHolder other) {
    return one != null && one.sizeClass > SizeClasses.of(other.heldBytes);
  }

  private int cost(Delivery delivery, PublishMessage message) {
    PublishMessage counted = message.countedBy(loop.index());
    // A twin is only made where another loop counts: it is not kept here yet.
    boolean isThere = counted == message && counted.references() > 0;
    return isThere ? delivery.referenceBytes() : delivery.bytes();
  }

  /** The queue of a session has to be looked through: something in it may have expired. */
  void expired(MessageHolder holder) {
    expired.add(holder);
    if (!sweepScheduled) {
      sweepScheduled = true;
      loop.eventLoop().execute(sweep);
    }
  }

  private void sweep() {
    sweepScheduled = false;
    while (!loop.budget().isUsedUp()) {
      MessageHolder holder = expired.poll();
      if (holder == null) {
        return;
      }
      dropExpired(holder);
    }
    sweepScheduled = true;
    loop.budget().nextTurn(sweep);
  }

  private void dropExpired(MessageHolder holder) {
    int looked = holder.dropExpired();
    loop.budget().spend(TurnBudget.DELIVERY + (long) looked * TurnBudget.VISIT);
  }

  /** What is held on all loops; any thread may ask. */
  public static MessageMemory sum(HeldMessages[] loops) {
    long bytes = Arrays.stream(loops).mapToLong(HeldMessages::bytes).sum();
    long limit = Arrays.stream(loops).mapToLong(HeldMessages::limit).sum();
    List<Integer> shortLoops =
        IntStream.range(0, loops.length).filter(i -> loops[i].isShort()).boxed().toList();
    return new MessageMemory(bytes, limit, shortLoops);
  }
}
