package io.nanomq.limit;

import io.nanomq.config.model.MqttConf.Flapping;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds clients that come again and again. A window begins with a client's first connect in it.
 *
 * <p>Shared: a concurrent map of values that do not change.
 */
final class FlappingDetector {
  /** Clients that are watched at once; where more come within a window these are not counted. */
  static final int MAX_CLIENTS = 100_000;

  private static final int NEVER = -1;

  private final Clock clock;
  private final Map<String, Window> windows = new ConcurrentHashMap<>();
  private volatile long cleanedSeconds = NEVER;

  private record Window(long sinceSeconds, int connects) {
    boolean isOver(long now, Flapping conf) {
      return now - sinceSeconds >= conf.windowSeconds();
    }
  }

  /**
   * @param clock one that nobody sets
   */
  FlappingDetector(Clock clock) {
    this.clock = clock;
  }

  /** A client was let in; true = once more than it may be within the window. */
  boolean connects(String clientId, Flapping conf) {
    long now = clock.instant().getEpochSecond();
    makeRoom(now, conf);
    String key = CountedKey.of(clientId);
    Window window =
        windows.compute(
            key,
            (id, before) -> {
              if (before == null && windows.size() >= MAX_CLIENTS) {
                return null;
              }
              return before == null || before.isOver(now, conf)
                  ? new Window(now, 1)
                  : new Window(before.sinceSeconds, before.connects + 1);
            });
    boolean isTooMany = window != null && window.connects > conf.maxCount();
    if (isTooMany) {
      windows.remove(key);
    }
    return isTooMany;
  }

  /** Once a second at most, and only where there are many. */
  private void makeRoom(long now, Flapping conf) {
    if (windows.size() >= MAX_CLIENTS && now != cleanedSeconds) {
      cleanedSeconds = now;
      windows.values().removeIf(window -> window.isOver(now, conf));
    }
  }
}
