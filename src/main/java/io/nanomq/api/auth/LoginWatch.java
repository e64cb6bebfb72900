package io.nanomq.api.auth;

import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Ends requests that last, such as streams, when the credentials that opened them no longer hold:
 * they are others, or their time is over. Shared: a concurrent map.
 */
@Singleton
public class LoginWatch {
  /** Ten years: what is to last longer needs no end, and a timer's time must not overflow. */
  private static final long MAX_SECONDS = 315_360_000;

  private final Vertx vertx;
  private final Clock clock;
  private final CredentialSettings credentials;
  private final Map<Object, Watched> open = new ConcurrentHashMap<>();

  private record Watched(ApiLogin login, Runnable end) {}

  public LoginWatch(Vertx vertx, Clock clock, CredentialSettings credentials) {
    this.vertx = vertx;
    this.clock = clock;
    this.credentials = credentials;
    credentials.whenReplaced(() -> open.values().forEach(this::check));
  }

  /**
   * Has a request end with its credentials.
   *
   * @param end called by any thread, maybe more than once, maybe before this returns; may not block
   * @return to be run when it is over
   */
  public Runnable endWith(ApiLogin login, Runnable end) {
    Object key = new Object();
    Watched watched = new Watched(login, end);
    open.put(key, watched);
    long millis = TimeUnit.SECONDS.toMillis(secondsLeft(login.until()));
    long lastDay = vertx.setTimer(millis, over -> end.run());
    // They may have changed since the request was let in, when this one was not there to be ended.
    check(watched);
    return () -> {
      vertx.cancelTimer(lastDay);
      open.remove(key);
    };
  }

  private void check(Watched watched) {
    if (!credentials.hold(watched.login)) {
      watched.end.run();
    }
  }

  private long secondsLeft(long until) {
    long now = clock.instant().getEpochSecond();
    return Math.max(0, Math.min(until - now, MAX_SECONDS)) + 1;
  }
}
