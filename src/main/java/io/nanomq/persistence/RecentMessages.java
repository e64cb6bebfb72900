package io.nanomq.persistence;

import io.nanomq.packet.PublishMessage;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Large messages that the store has read a moment ago and that somebody still keeps: whoever waits
 * for the same one gets it without another copy. It keeps none itself. Not shared.
 */
public final class RecentMessages {
  /** Smaller ones cost less to read than to remember. */
  private static final int LEAST_BYTES = 4096;

  private static final int MOST = 256;

  private final Map<Long, WeakReference<PublishMessage>> messages =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, WeakReference<PublishMessage>> eldest) {
          return size() > MOST;
        }
      };

  /** Whether it knows none, as where messages are small. */
  public boolean isEmpty() {
    return messages.isEmpty();
  }

  /**
   * A message; null = it is not known, or nobody keeps it.
   *
   * @param number by which the store knows it
   */
  public @Nullable PublishMessage get(long number) {
    WeakReference<PublishMessage> known = messages.get(number);
    return known == null ? null : known.get();
  }

  /** A message was read. */
  public void add(long number, PublishMessage message) {
    if (message.payload().length >= LEAST_BYTES) {
      messages.remove(number);
      messages.put(number, new WeakReference<>(message));
    }
  }
}
