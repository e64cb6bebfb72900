package io.nanomq.authn;

import java.time.Clock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Failures by whatever they are counted by, each for {@value #WINDOW_MILLIS} ms from the first one.
 * At most {@value #MAX_COUNTED} are remembered: the oldest are forgotten for new ones. Not safe for
 * several threads by itself.
 */
final class FailureCounts {
  static final long WINDOW_MILLIS = 60_000;
  static final int MAX_COUNTED = 10_000;

  private final Map<String, Window> windows = new LinkedHashMap<>();
  private final Clock clock;

  private static final class Window {
    private final long endsAtMillis;
    private int count;

    Window(long endsAtMillis) {
      this.endsAtMillis = endsAtMillis;
    }
  }

  /**
   * @param clock one that nobody sets
   */
  FailureCounts(Clock clock) {
    this.clock = clock;
  }

  int count(String key) {
    Window window = open(key);
    return window == null ? 0 : window.count;
  }

  /** Until what is counted by {@code key} is forgotten; 0 = nothing is. */
  long millisLeft(String key) {
    Window window = open(key);
    return window == null ? 0 : window.endsAtMillis - clock.millis();
  }

  /** Counts one more, and answers how many there are with it. */
  int add(String key) {
    Window window = open(key);
    if (window == null) {
      window = new Window(clock.millis() + WINDOW_MILLIS);
      windows.put(key, window);
      forgetOldest();
    }
    return ++window.count;
  }

  private @Nullable Window open(String key) {
    Window window = windows.get(key);
    long left = window == null ? 0 : window.endsAtMillis - clock.millis();
    if (left > 0) {
      return window;
    }
    windows.remove(key);
    return null;
  }

  void forget(String key) {
    windows.remove(key);
  }

  private void forgetOldest() {
    if (windows.size() > MAX_COUNTED) {
      Iterator<String> oldest = windows.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
