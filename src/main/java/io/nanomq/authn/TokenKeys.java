package io.nanomq.authn;

import io.nanomq.tls.PublicKeySet;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;
import org.jspecify.annotations.Nullable;

/**
 * The public keys that tokens are held against, as they were read last. Old ones are used on while
 * new ones are read; a document that is broken or gone leaves what was there, and says so. Safe for
 * any thread: a volatile list, and one lock around who waits for the next.
 */
final class TokenKeys {
  private static final Logger LOG = Logger.getLogger(TokenKeys.class);

  /**
   * A key that nobody knows must not make everybody read: not more often than this, unless what is
   * configured is more often.
   */
  static final long MIN_MILLIS = 5_000;

  private final String name;
  private final Source source;
  private final long refreshMillis;
  private final long minMillis;
  private final LongSupplier clockMillis;
  private final Runnable fewer;
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean isReading;
  private boolean wasTried;
  private volatile long triedAtMillis;
  private volatile Known known = new Known(List.of());
  // Until these are read: who was let in by the keys of before is not judged by none at all.
  private volatile Set<String> before = Set.of();

  /**
   * Keys with their thumbprints, which take a hash each: every session may be held against them.
   */
  private record Known(List<JsonWebKey> keys, Set<String> thumbprints) {
    Known(List<JsonWebKey> keys) {
      this(keys, keys.stream().map(TokenKeys::thumbprint).collect(Collectors.toUnmodifiableSet()));
    }
  }

  /** Where they are read from. */
  interface Source {
    /**
     * Reads, at once or later, on any thread.
     *
     * @param then given the document, or null where it cannot be had
     */
    void read(Consumer<byte @Nullable []> then);
  }

  /**
   * @param name of the document, for the log
   * @param clockMillis a clock that never goes back
   * @param fewer told when a key is gone
   */
  TokenKeys(
      String name, Source source, long refreshMillis, LongSupplier clockMillis, Runnable fewer) {
    this.name = name;
    this.source = source;
    this.refreshMillis = refreshMillis;
    this.minMillis = Math.min(MIN_MILLIS, refreshMillis);
    this.clockMillis = clockMillis;
    this.fewer = fewer;
  }

  /** The keys as they are known; asks for newer ones where they are old. */
  List<JsonWebKey> known() {
    if (!known.keys.isEmpty() && clockMillis.getAsLong() - triedAtMillis >= refreshMillis) {
      renew(() -> {});
    }
    return known.keys;
  }

  /** Whether a key of that thumbprint is one of them, or may turn out to be. */
  boolean has(String thumbprint) {
    return known.thumbprints.contains(thumbprint) || before.contains(thumbprint);
  }

  /**
   * Takes the place of others.
   *
   * @param isSame whether these are the same document, only read in another way
   */
  void follow(TokenKeys others, boolean isSame) {
    before = others.thumbprints();
    if (isSame) {
      known = others.known;
    }
  }

  private Set<String> thumbprints() {
    Set<String> all = new HashSet<>(known.thumbprints);
    all.addAll(before);
    return Set.copyOf(all);
  }

  static String thumbprint(JsonWebKey key) {
    return key.calculateBase64urlEncodedThumbprint("SHA-256");
  }

  /**
   * Reads them anew, unless that was tried just now.
   *
   * @param then called when they were, on any thread
   */
  void renew(Runnable then) {
    boolean begins = false;
    synchronized (waiting) {
      boolean isTooSoon = wasTried && clockMillis.getAsLong() - triedAtMillis < minMillis;
      if (isReading || !isTooSoon) {
        waiting.add(then);
        if (isReading) {
          return;
        }
        isReading = true;
        begins = true;
      }
    }
    if (begins) {
      source.read(this::read);
    } else {
      then.run();
    }
  }

  private void read(byte @Nullable [] document) {
    Set<String> had = thumbprints();
    if (document != null) {
      try {
        known = new Known(PublicKeySet.parse(document));
      } catch (GeneralSecurityException e) {
        LOG.errorf("%s %s; what was read before is used", name, e.getMessage());
      }
    }
    before = Set.of();
    List<Runnable> all;
    synchronized (waiting) {
      isReading = false;
      wasTried = true;
      triedAtMillis = clockMillis.getAsLong();
      all = List.copyOf(waiting);
      waiting.clear();
    }
    all.forEach(Runnable::run);
    if (!known.thumbprints.containsAll(had)) {
      fewer.run();
    }
  }
}
