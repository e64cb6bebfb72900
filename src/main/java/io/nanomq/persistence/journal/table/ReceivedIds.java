package io.nanomq.persistence.journal.table;

import io.nanomq.journal.ImageInput;
import io.nanomq.journal.ImageOutput;
import io.nanomq.persistence.SessionStore;
import java.io.IOException;
import java.util.Arrays;

/**
 * Packet identifiers of a session that are received and not released, with the segments that they
 * stand in: sorted, {@value SessionStore#RECEIVED_BYTES} bytes a place, as a client may have all of
 * them. Used by one thread at a time.
 */
public final class ReceivedIds {
  private static final char[] NO_IDS = {};
  private static final int[] NO_SEGMENTS = {};
  private static final int FIRST = 4;

  private char[] ids = NO_IDS;
  private int[] segments = NO_SEGMENTS;
  private int size;

  public int size() {
    return size;
  }

  private int find(int id) {
    return Arrays.binarySearch(ids, 0, size, (char) id);
  }

  /**
   * Says where one stands.
   *
   * @return the segment where it stood before; 0 = it was not there
   */
  public long put(int id, long segment) {
    int at = find(id);
    if (at >= 0) {
      int before = segments[at];
      segments[at] = Math.toIntExact(segment);
      return before;
    }
    if (size == ids.length) {
      resize(Math.max(FIRST, size * 2));
    }
    int place = -at - 1;
    System.arraycopy(ids, place, ids, place + 1, size - place);
    System.arraycopy(segments, place, segments, place + 1, size - place);
    ids[place] = (char) id;
    segments[place] = Math.toIntExact(segment);
    size++;
    return 0;
  }

  private void resize(int places) {
    ids = Arrays.copyOf(ids, places);
    segments = Arrays.copyOf(segments, places);
  }

  /**
   * Takes one out.
   *
   * @return the segment where it stood; 0 = it was not there
   */
  public long remove(int id) {
    int at = find(id);
    if (at < 0) {
      return 0;
    }
    int before = segments[at];
    size--;
    System.arraycopy(ids, at + 1, ids, at, size - at);
    System.arraycopy(segments, at + 1, segments, at, size - at);
    if (size <= ids.length / 4) {
      resize(size * 2);
    }
    return before;
  }

  /** None of them is needed any more. */
  public void removeFrom(SegmentCounts counts) {
    for (int i = 0; i < size; i++) {
      counts.remove(segments[i]);
    }
  }

  /** Whether one stands in that segment. */
  public boolean isIn(int id, long segment) {
    int at = find(id);
    return at >= 0 && segments[at] == segment;
  }

  /** Writes them into an image. */
  public void write(ImageOutput to) throws IOException {
    to.writeInt(size);
    for (int i = 0; i < size; i++) {
      to.writeInt(ids[i]);
      to.writeInt(segments[i]);
    }
  }

  /** Reads them in place of none. */
  public void read(ImageInput from) throws IOException {
    size = from.readInt();
    if (size > 0) {
      resize(Math.max(FIRST, size));
    }
    for (int i = 0; i < size; i++) {
      ids[i] = (char) from.readInt();
      segments[i] = from.readInt();
    }
  }

  /** All of them, in order. */
  public int[] toArray() {
    int[] all = new int[size];
    for (int i = 0; i < size; i++) {
      all[i] = ids[i];
    }
    return all;
  }
}
