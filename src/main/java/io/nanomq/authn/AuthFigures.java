package io.nanomq.authn;

import io.nanomq.codec.ReasonCode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How many logins were decided how, and by which link, since the broker began. Safe for any thread:
 * a concurrent map of adders, one for each link and result there is.
 */
public final class AuthFigures {
  private final Map<Kind, LongAdder> counts = new ConcurrentHashMap<>();

  /** What became of a login. */
  public enum Result {
    ALLOWED,
    /** It has shown the wrong, or nothing. */
    DENIED,
    /** It could not be decided. */
    UNAVAILABLE,
    /** It was one of too many. */
    LIMITED
  }

  /** What is counted together. */
  public record Kind(String link, Result result) {}

  void count(Verdict verdict) {
    Kind kind = new Kind(verdict.link(), result(verdict.reason()));
    counts.computeIfAbsent(kind, any -> new LongAdder()).increment();
  }

  private static Result result(@Nullable ReasonCode reason) {
    if (reason == ReasonCode.SUCCESS) {
      return Result.ALLOWED;
    }
    return reason == ReasonCode.SERVER_UNAVAILABLE || reason == ReasonCode.SERVER_BUSY
        ? Result.UNAVAILABLE
        : reason == ReasonCode.CONNECTION_RATE_EXCEEDED ? Result.LIMITED : Result.DENIED;
  }

  public long count(String link, Result result) {
    LongAdder adder = counts.get(new Kind(link, result));
    return adder == null ? 0 : adder.sum();
  }

  /** Has all told that were met. */
  public void forEach(ObjLongConsumer<Kind> reader) {
    counts.forEach((kind, adder) -> reader.accept(kind, adder.sum()));
  }
}
