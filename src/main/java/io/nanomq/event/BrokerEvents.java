package io.nanomq.event;

import io.nanomq.memory.Budget;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;

/**
 * Who watches what happens in the broker.
 *
 * <p>Shared: the listeners are an array that is replaced, never changed; loops read it without a
 * lock. While nobody wants a kind of event none is made.
 */
public final class BrokerEvents {
  private static final Logger LOG = Logger.getLogger(BrokerEvents.class);
  private static final Listener[] NOBODY = {};

  private final LongAdder lost = new LongAdder();
  private final Budget memory;
  private volatile Listener[] listeners = NOBODY;
  private volatile boolean faultTold;
  private final Set<Object> messageReaders = new HashSet<>();
  private volatile boolean tellsMessages;

  /** Somebody who watches. Called on the loop where it happened, so neither may ever wait. */
  public interface Listener {
    /** Whether events of that kind matter now. */
    boolean wants(BrokerEvent.Kind kind);

    /**
     * Something has happened; what cannot be taken at once must be dropped, and told to {@link
     * BrokerEvents#countLost}.
     *
     * @param loopIndex the calling loop
     */
    void happened(int loopIndex, BrokerEvent event);
  }

  public BrokerEvents() {
    this(MemoryBudgets.ofProcess().of(Purpose.EVENTS));
  }

  /**
   * @param memory what events may take that listeners keep
   */
  public BrokerEvents(Budget memory) {
    this.memory = memory;
  }

  /**
   * What events may take that listeners keep: whoever keeps one takes its bytes, and gives them.
   */
  public Budget memory() {
    return memory;
  }

  public synchronized void add(Listener listener) {
    List<Listener> all = new ArrayList<>(List.of(listeners));
    all.add(listener);
    listeners = all.toArray(NOBODY);
  }

  /** Takes a listener out; one call may still be under way on each loop. */
  public synchronized void remove(Listener listener) {
    List<Listener> all = new ArrayList<>(List.of(listeners));
    all.remove(listener);
    listeners = all.toArray(NOBODY);
  }

  /**
   * Whether somebody wants to know of each message that goes to a client, or is dropped: a field,
   * since each delivery looks at it.
   *
   * @param reader who wants to know
   */
  public synchronized void tellMessages(Object reader, boolean wanted) {
    if (wanted) {
      messageReaders.add(reader);
    } else {
      messageReaders.remove(reader);
    }
    tellsMessages = !messageReaders.isEmpty();
  }

  boolean tellsMessages() {
    return tellsMessages;
  }

  /** Whether anybody wants events of that kind now. */
  boolean isWanted(BrokerEvent.Kind kind) {
    for (Listener listener : listeners) {
      if (listener.wants(kind)) {
        return true;
      }
    }
    return false;
  }

  /** Tells everybody who wants it; on the loop where it happened, where it is about clients. */
  public void tell(int loopIndex, BrokerEvent event) {
    for (Listener listener : listeners) {
      try {
        if (listener.wants(event.kind())) {
          listener.happened(loopIndex, event);
        }
      } catch (RuntimeException failure) {
        fault(failure);
      }
    }
  }

  // What watches must not disturb what it watches, not by a line a connection in the log either.
  private void fault(RuntimeException failure) {
    countLost();
    if (!faultTold) {
      faultTold = true;
      LOG.error("A listener of the broker's events failed; further failures are counted", failure);
    }
  }

  /** Counts an event that a listener could not take. */
  public void countLost() {
    lost.increment();
  }

  /** Events that listeners could not take, since the broker began. */
  public long lost() {
    return lost.sum();
  }
}
