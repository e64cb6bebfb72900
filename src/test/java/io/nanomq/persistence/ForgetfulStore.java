package io.nanomq.persistence;

import io.nanomq.loop.LoopContext;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A store that promises what {@link SessionStores} says and nothing beyond: how the turns of
 * several loops stand in its order is decided by random numbers but for what they hand over, what
 * is told becomes safe late, and a crash forgets the end. For loops without threads.
 */
public final class ForgetfulStore implements SessionStores {
  /** What one loop told. */
  public record Call(int loop, Method method, Object[] arguments) {
    public String name() {
      return method.getName();
    }

    /** Tells it to another store. */
    public void tell(SessionStore other) {
      try {
        method.invoke(other, arguments);
      } catch (IllegalAccessException | InvocationTargetException failure) {
        throw new AssertionError(name() + " was not to be told", failure);
      }
    }
  }

  private record Waiting(SessionStore.Listener listener, long token, long unit) {}

  private final Random random;
  private final List<Part> parts = new ArrayList<>();
  // Units of all loops; what is not among them may come in any order yet.
  private final List<Unit> order = new ArrayList<>();
  private int committed;
  private final Set<String> safeIdentifiers = new HashSet<>();

  /**
   * What one loop told in a part of its turn: kept or lost as a whole.
   *
   * @param place the how many-eth of its loop
   */
  private record Unit(Part of, long place, List<Call> calls) {}

  public ForgetfulStore(Random random) {
    this.random = random;
  }

  @Override
  public RecoveredState recover(StoreClock clock) {
    return RecoveredState.EMPTY;
  }

  @Override
  public SessionStore open(LoopContext loop, StoreClock clock) {
    Part part = new Part(loop);
    parts.add(part);
    return (SessionStore)
        Proxy.newProxyInstance(
            SessionStore.class.getClassLoader(), new Class<?>[] {SessionStore.class}, part);
  }

  @Override
  public void close() {
    // It keeps nothing.
  }

  /** Something takes its place in the order, and something becomes safe. */
  public void step() {
    Part any = parts.get(random.nextInt(parts.size()));
    any.place(random.nextInt(4));
    commit(random.nextInt(4));
  }

  /** Makes all safe that was told in turns that have ended. */
  public void commitAll() {
    parts.forEach(part -> part.place(Integer.MAX_VALUE));
    commit(order.size());
  }

  private void commit(int units) {
    int end = Math.min(order.size(), committed + units);
    for (; committed < end; committed++) {
      Unit unit = order.get(committed);
      unit.of.safe = unit.place;
      for (Call call : unit.calls) {
        if (call.name().equals("sent")) {
          safeIdentifiers.add(identifier(call.arguments[0], call.arguments[2]));
        }
      }
    }
    parts.forEach(Part::callBack);
  }

  private static String identifier(Object session, Object packetId) {
    return session + ":" + packetId;
  }

  /** Whether a message was ever safe that a session is sent with that packet identifier. */
  public boolean isSafe(long session, int packetId) {
    return safeIdentifiers.contains(identifier(session, packetId));
  }

  /** A crash: what is left, call by call. */
  public void crash(Consumer<Call> kept) {
    List<Part> rest = new ArrayList<>(parts);
    while (!rest.isEmpty()) {
      Part any = rest.get(random.nextInt(rest.size()));
      any.place(1);
      if (any.ended.isEmpty() && any.unit.isEmpty()) {
        rest.remove(any);
      } else if (any.ended.isEmpty()) {
        any.endUnit();
      }
    }
    int end = committed + random.nextInt(order.size() - committed + 1);
    order.subList(0, end).forEach(unit -> unit.calls.forEach(kept));
  }

  private final class Part implements InvocationHandler, LoopContext.TurnEnd {
    private final LoopContext loop;
    private final Queue<Unit> ended = new ArrayDeque<>();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private List<Call> unit = new ArrayList<>();
    private long units;
    private long safe;
    private boolean endsTurn;

    Part(LoopContext loop) {
      this.loop = loop;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
      switch (method.getName()) {
        case "isLasting" -> {
          return true;
        }
        case "isFull", "isBehind", "hasPages", "isBeyondShare" -> {
          return false;
        }
        case "afterCommit" ->
            afterCommit((SessionStore.Listener) arguments[0], (long) arguments[1]);
        case "handingOver" -> {
          endUnit();
          place(Integer.MAX_VALUE);
        }
        default -> told(new Call(loop.index(), method, arguments));
      }
      return null;
    }

    private void told(Call call) {
      unit.add(call);
      if (!endsTurn) {
        endsTurn = true;
        loop.atTurnEnd(this);
      }
    }

    @Override
    public void endOfTurn() {
      endsTurn = false;
      endUnit();
    }

    void endUnit() {
      if (!unit.isEmpty()) {
        ended.add(new Unit(this, ++units, unit));
        unit = new ArrayList<>();
      }
    }

    /** The first so many of those that ended stand in the order from now on. */
    void place(int count) {
      for (int i = 0; i < count && !ended.isEmpty(); i++) {
        order.add(ended.remove());
      }
    }

    private void afterCommit(SessionStore.Listener listener, long token) {
      long last = unit.isEmpty() ? units : units + 1;
      if (waiting.isEmpty() && last <= safe && random.nextBoolean()) {
        listener.committed(token);
      } else {
        waiting.add(new Waiting(listener, token, last));
      }
    }

    void callBack() {
      while (!waiting.isEmpty() && waiting.element().unit <= safe) {
        Waiting one = waiting.remove();
        loop.eventLoop().execute(() -> one.listener.committed(one.token));
      }
    }
  }
}
