package io.nanomq.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * What was taken to be written and is not safe: the first ones are written, of these the first ones
 * are told. Used by the one thread that writes.
 */
final class UnsyncedEntries {
  private final List<Entry> entries = new ArrayList<>();
  private final PendingBytes pendingBytes;
  private int written;
  private int told;

  /**
   * @param pendingBytes of what nobody was told that it is safe
   */
  UnsyncedEntries(PendingBytes pendingBytes) {
    this.pendingBytes = pendingBytes;
  }

  /**
   * Takes all that waits.
   *
   * @return whether there is anything to write
   */
  boolean take(Queue<Entry> from) {
    Entry next = from.poll();
    while (next != null) {
      entries.add(next);
      next = from.poll();
    }
    return hasNext();
  }

  /** Takes what is to be written anew. */
  void addKept(RecordBuffer records) {
    entries.add(new Entry(records, null));
    pendingBytes.add(records);
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** How many of them are written. */
  int written() {
    return written;
  }

  /** Whether what is written has a large message. */
  boolean hasLarge() {
    boolean hasLarge = false;
    for (int i = 0; i < written && !hasLarge; i++) {
      hasLarge = entries.get(i).records.largeBytes() > 0;
    }
    return hasLarge;
  }

  boolean hasNext() {
    return written < entries.size();
  }

  /** The first one that is not written. */
  Entry next() {
    return entries.get(written);
  }

  /**
   * That one is.
   *
   * @param at where its frame begins in the segment
   */
  void wrote(int at) {
    entries.get(written).at = at;
    written++;
  }

  /** What is written is in the segment now: those who wait for it first get to know. */
  void commit(RecordHandler contents, long segment) {
    for (int i = written - 1; i >= told; i--) {
      entries.get(i).commit(pendingBytes);
    }
    for (; told < written; told++) {
      Entry entry = entries.get(told);
      contents.apply(segment, entry.at, entry.records.bytes(), entry.records.length());
    }
  }

  /** What is written, and told, is safe. */
  void safe() {
    for (int i = 0; i < written; i++) {
      entries.get(i).records.end();
    }
    entries.subList(0, written).clear();
    told -= written;
    written = 0;
  }

  /** All of them are to be written again. */
  void again() {
    written = 0;
    told = 0;
  }
}
