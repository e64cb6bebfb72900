package io.nanomq.authn;

import io.nanomq.codec.ReasonCode;
import io.nanomq.config.model.ChainConf;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How many logins were decided how, and by which link, since the broker began. Safe for any thread:
 * a concurrent map of adders, one for each link and result there is.
 */
public final class AuthFigures {
  /** All that may decide: links, the guard of passwords, and what no link was asked for. */
  public static final List<String> LINKS =
      Stream.concat(
              ChainConf.LINKS.stream(),
              Stream.of(ClientIdentity.ANONYMOUS, AuthChain.GUARD, AuthChain.METHOD))
          .toList();

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
  private record Kind(String link, Result result) {}

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
}
