package io.nanomq.backend;

import io.nanomq.memory.Budget;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a back end has said to the same question lately, by a hash of the request: passwords are not
 * kept. The oldest goes where there is no room. Safe for any thread: one lock around the map.
 */
final class VerdictCache {
  static final int MAX_ENTRIES = 100_000;

  /** A key, its entry and their places in the map. */
  static final int ENTRY_BYTES = 160;

  private static final Key NONE = new Key(0, 0, 0, 0);

  private final Map<Key, Entry> entries = new LinkedHashMap<>();
  private final long lastsMillis;
  private final Budget budget;
  private final LongSupplier clockMillis;

  /** 256 bits that no two requests share. */
  record Key(long a, long b, long c, long d) {}

  private record Entry(BackendAnswer answer, long untilMillis) {}

  /**
   * @param lastsMillis how long an answer is kept; 0 = not
   * @param clockMillis a clock that never goes back
   */
  VerdictCache(long lastsMillis, Budget budget, LongSupplier clockMillis) {
    this.lastsMillis = lastsMillis;
    this.budget = budget;
    this.clockMillis = clockMillis;
  }

  private boolean isOff() {
    return lastsMillis == 0;
  }

  /** What stands for a request; the same for all where nothing is kept. */
  Key key(Supplier<RequestTemplate.Filled> made) {
    if (isOff()) {
      return NONE;
    }
    RequestTemplate.Filled request = made.get();
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(request.uri().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0); // in no URI
      ByteBuffer hash =
          ByteBuffer.wrap(digest.digest(request.body().getBytes(StandardCharsets.UTF_8)));
      return new Key(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }

  synchronized @Nullable BackendAnswer get(Key key) {
    Entry entry = entries.get(key);
    if (entry == null || entry.untilMillis > clockMillis.getAsLong()) {
      return entry == null ? null : entry.answer;
    }
    remove(key);
    return null;
  }

  synchronized void put(Key key, BackendAnswer answer) {
    if (isOff()) {
      return;
    }
    remove(key);
    while (entries.size() >= MAX_ENTRIES || !budget.take(null, 0, ENTRY_BYTES)) {
      Iterator<Key> oldest = entries.keySet().iterator();
      if (!oldest.hasNext()) {
        return; // others have all the room
      }
      remove(oldest.next());
    }
    entries.put(key, new Entry(answer, clockMillis.getAsLong() + lastsMillis));
  }

  private void remove(Key key) {
    if (entries.remove(key) != null) {
      budget.give(null, ENTRY_BYTES);
    }
  }

  synchronized int size() {
    return entries.size();
  }

  synchronized void clear() {
    budget.give(null, (long) entries.size() * ENTRY_BYTES);
    entries.clear();
  }
}
