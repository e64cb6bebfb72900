package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import io.nanomq.queue.PacketIdSet;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The QoS 2 messages of a client that were published and that it has not released: by their packet
 * identifiers it is known what has come before [MQTT-4.3.3-10].
 */
@LoopConfined
public final class UnreleasedMessages {
  private final Session session;
  private final PacketIdSet ids = new PacketIdSet();
  // The store has it from the record of its message; 0 = none.
  private int told;
  // Of these the ones that were there before this connection; null = none.
  private @Nullable PacketIdSet carriedOver;

  UnreleasedMessages(Session session) {
    this.session = session;
  }

  /** A connection begins. */
  void attach() {
    carriedOver = ids.size() == 0 ? null : ids.copy();
  }

  /** The connection is gone. */
  void detach() {
    carriedOver = null;
  }

  int size() {
    return ids.size();
  }

  /** Goes through all of them. */
  void forEach(IntConsumer action) {
    ids.forEach(action);
  }

  boolean contains(int packetId) {
    return ids.contains(packetId);
  }

  /** How many an earlier connection brought. */
  int carriedOverCount() {
    PacketIdSet earlier = carriedOver;
    return earlier == null ? 0 : earlier.size();
  }

  /** Whether an earlier connection brought it. */
  public boolean isCarriedOver(int packetId) {
    PacketIdSet earlier = carriedOver;
    return earlier != null && earlier.contains(packetId);
  }

  /** Whether one more can be remembered; asked before its message is published. */
  public boolean hasRoom() {
    // It grows at once: a message that is refused leaves its room to the next one.
    return !ids.isFull() || ids.grow(session.memory().take(ids.growth()));
  }

  /** The store has been told of one that is about to be remembered, or refused. */
  void toldWithMessage(int packetId) {
    told = packetId;
  }

  /** Remembers one that an earlier process has told the store of. */
  void restore(int packetId) {
    if (hasRoom()) {
      ids.add(packetId);
    }
  }

  /** Remembers one until PUBREL. */
  public void add(int packetId) {
    ids.add(packetId);
    SessionRecords records = session.records;
    if (records != null && told != packetId) {
      records.received(packetId);
    }
    told = 0;
  }

  /** Its message is refused: the next one that has its packet identifier is another one. */
  public void refuse(int packetId) {
    SessionRecords records = session.records;
    if (records != null && told == packetId) {
      records.released(packetId);
    }
    told = 0;
  }

  /**
   * PUBREL has come.
   *
   * @return whether the packet identifier was known
   */
  public boolean release(int packetId) {
    boolean known = ids.remove(packetId);
    if (known) {
      session.memory().give(ids.shrink());
    }
    if (carriedOver != null) {
      carriedOver.remove(packetId);
    }
    SessionRecords records = session.records;
    if (known && records != null) {
      records.released(packetId);
    }
    return known;
  }
}
