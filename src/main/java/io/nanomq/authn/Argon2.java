package io.nanomq.authn;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2 (RFC 9106) as its reference implementation writes it, and Mosquitto since 2.1: {@code
 * $argon2id$v=19$m=47104,t=1,p=1$salt$hash}, with m in KiB.
 */
final class Argon2 {
  /** More than those who write passwords down ask for, and what a small heap can spare. */
  static final int MAX_KIB = 64 * 1024;

  private static final int MAX_PASSES = 100;
  private static final int MAX_LANES = 16;

  private static final Pattern WRITTEN =
      Pattern.compile(
          "\\$(argon2(?:d|i|id))\\$v=(16|19)\\$m=(\\d{1,7}),t=(\\d{1,4}),p=(\\d{1,3})"
              + "\\$([^$]+)\\$([^$]+)");

  private Argon2() {}

  /**
   * Whether the password is the one that is stored; not, where that cannot be read or asks for too
   * much memory or time. One at a time: each takes its memory from the heap.
   *
   * @param given bytes of the password
   * @throws IllegalArgumentException where salt or hash are not Base64
   */
  static synchronized boolean matches(byte[] given, String stored) {
    Matcher parts = WRITTEN.matcher(stored);
    if (!parts.matches()) {
      return false;
    }
    int kib = Integer.parseInt(parts.group(3));
    int passes = Integer.parseInt(parts.group(4));
    int lanes = Integer.parseInt(parts.group(5));
    byte[] hash = Base64.getDecoder().decode(parts.group(7));
    boolean isBounded = kib <= MAX_KIB && passes <= MAX_PASSES && lanes <= MAX_LANES;
    if (!isBounded || passes < 1 || lanes < 1 || kib < 8 * lanes || hash.length < 4) {
      return false;
    }
    var parameters =
        new Argon2Parameters.Builder(type(parts.group(1)))
            .withVersion(Integer.parseInt(parts.group(2)))
            .withMemoryAsKB(kib)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(Base64.getDecoder().decode(parts.group(6)))
            .build();
    byte[] derived = new byte[hash.length];
    var generator = new Argon2BytesGenerator();
    generator.init(parameters);
    generator.generateBytes(given, derived);
    return MessageDigest.isEqual(hash, derived);
  }

  private static int type(String name) {
    return switch (name) {
      case "argon2d" -> Argon2Parameters.ARGON2_d;
      case "argon2i" -> Argon2Parameters.ARGON2_i;
      default -> Argon2Parameters.ARGON2_id;
    };
  }
}
