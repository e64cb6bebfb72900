package io.nanomq.bridge.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.persistence.SessionStore;

/**
 * Answers of one connection to the other broker, which go out when the store has what they say:
 * PUBACK, PUBREC, PUBREL and PUBCOMP.
 */
@LoopConfined
public final class StoredAnswers implements SessionStore.Listener {
  /** Writes an answer, where there is still a connection. */
  public interface Writer {
    void write(int packetType, int packetId, int reason);
  }

  private static final int TYPE_BITS = 4;
  private static final int PACKET_ID_BITS = 16;
  private static final int REASON_AT = TYPE_BITS + PACKET_ID_BITS;

  private final SessionStore store;
  private final Writer writer;

  public StoredAnswers(SessionStore store, Writer writer) {
    this.store = store;
    this.writer = writer;
  }

  /** Whether so many wait for the disk that the other broker should. */
  public boolean isCrowded() {
    return store.isCrowded();
  }

  /** Answers as soon as the store has what was told before. */
  public void answer(int packetType, int packetId, int reason) {
    store.afterCommit(this, (long) reason << REASON_AT | packetId << TYPE_BITS | packetType);
  }

  @Override
  public void committed(long token) {
    int type = (int) token & (1 << TYPE_BITS) - 1;
    int packetId = (int) (token >>> TYPE_BITS) & (1 << PACKET_ID_BITS) - 1;
    writer.write(type, packetId, (int) (token >>> REASON_AT));
  }
}
