package io.nanomq.authn;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.wildfly.security.password.Password;
import org.wildfly.security.password.PasswordFactory;
import org.wildfly.security.password.WildFlyElytronPasswordProvider;
import org.wildfly.security.password.util.ModularCrypt;

/**
 * Holds a password against what is stored for it: bcrypt ({@code $2a$}, {@code $2b$}, {@code
 * $2y$}), crypt ({@code $5$}, {@code $6$}), PBKDF2 as Mosquitto writes it ({@code
 * $7$iterations$salt$hash}) and as passlib does ({@code $pbkdf2-sha256$}, {@code $pbkdf2-sha512$}),
 * {@link Argon2}, salted SHA-512 as Mosquitto wrote it before ({@code $6$salt$hash}, both in
 * Base64), {@link ScramKeys}, or the password itself. What looks like a hash and cannot be read
 * lets nobody in: not even who has read it where it is stored.
 */
public final class PasswordHash {
  private static final WildFlyElytronPasswordProvider PROVIDER =
      new WildFlyElytronPasswordProvider();

  /** The names that crypt, passlib, Apache and other brokers put in front of hashes. */
  private static final Pattern HASHED =
      Pattern.compile(
          "\\$(1|2[abxy]|5|6|7|apr1|argon2(d|i|id)|bcrypt(-sha256)?|gy|md5|pbkdf2(-sha\\d+)?"
              + "|scrypt|sha1|y)[$,].*",
          Pattern.DOTALL);

  private static final Pattern CRYPT = Pattern.compile("\\$(2[aby]|5|6)\\$");
  private static final Pattern PBKDF2 =
      Pattern.compile("\\$(7|pbkdf2-sha256|pbkdf2-sha512)\\$(\\d{1,8})\\$([^$]+)\\$([^$]+)");

  /** No hash of crypt: that has 86 characters. */
  private static final Pattern SALTED_SHA512 =
      Pattern.compile("\\$6\\$([A-Za-z0-9+/]+={0,2})\\$([A-Za-z0-9+/]{86}==)");

  /** More rounds than anybody needs: a stored hash must not keep a thread busy for ever. */
  private static final int MAX_ITERATIONS = 10_000_000;

  /** Some tens of milliseconds: a device that comes back must not cost a second. */
  private static final int ITERATIONS = 50_000;

  private static final int SALT_BYTES = 16;
  private static final int HASH_BITS = 512;
  private static final SecureRandom RANDOM = new SecureRandom();

  private PasswordHash() {}

  /** A hash of a password, PBKDF2 with SHA-512 as Mosquitto writes it. Takes long, on purpose. */
  public static String make(String password) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    try {
      byte[] hash =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
              .generateSecret(new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, HASH_BITS))
              .getEncoded();
      Base64.Encoder text = Base64.getEncoder();
      return "$7$" + ITERATIONS + "$" + text.encodeToString(salt) + "$" + text.encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }

  /** Whether {@code stored} is a hash: verifying it takes long, on purpose. */
  public static boolean isHash(String stored) {
    return HASHED.matcher(stored).matches() || ScramKeys.isWritten(stored);
  }

  /**
   * Whether the password is the one that is stored.
   *
   * @param given bytes of the CONNECT's password
   */
  public static boolean matches(byte[] given, String stored) {
    if (!isHash(stored)) {
      return MessageDigest.isEqual(given, stored.getBytes(StandardCharsets.UTF_8));
    }
    if (ScramKeys.isWritten(stored)) {
      ScramKeys keys = ScramKeys.read(stored);
      return keys != null && keys.matches(chars(given));
    }
    try {
      if (stored.startsWith("$argon2")) {
        return Argon2.matches(given, stored);
      }
      Matcher salted = SALTED_SHA512.matcher(stored);
      if (salted.matches()) {
        return matchesSalted(given, salted);
      }
      Matcher pbkdf2 = PBKDF2.matcher(stored);
      if (pbkdf2.matches()) {
        return matchesPbkdf2(given, pbkdf2);
      }
      return CRYPT.matcher(stored).lookingAt() && matchesCrypt(given, stored);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean matchesCrypt(byte[] given, String stored) throws GeneralSecurityException {
    // 2b and 2y name the same algorithm.
    String known = stored.startsWith("$2b$") ? "$2y$" + stored.substring(4) : stored;
    Password parsed = ModularCrypt.decode(known);
    PasswordFactory factory = PasswordFactory.getInstance(parsed.getAlgorithm(), PROVIDER);
    return factory.verify(factory.translate(parsed), chars(given));
  }

  private static boolean matchesSalted(byte[] given, Matcher parts)
      throws GeneralSecurityException {
    MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
    sha512.update(given);
    byte[] hash = sha512.digest(base64(parts.group(1)));
    return MessageDigest.isEqual(base64(parts.group(2)), hash);
  }

  private static boolean matchesPbkdf2(byte[] given, Matcher parts)
      throws GeneralSecurityException {
    int iterations = Integer.parseInt(parts.group(2));
    if (iterations < 1 || iterations > MAX_ITERATIONS) {
      return false;
    }
    byte[] salt = base64(parts.group(3));
    byte[] hash = base64(parts.group(4));
    boolean sha256 = parts.group(1).endsWith("256");
    var spec = new PBEKeySpec(chars(given), salt, iterations, hash.length * 8);
    byte[] derived =
        SecretKeyFactory.getInstance(sha256 ? "PBKDF2WithHmacSHA256" : "PBKDF2WithHmacSHA512")
            .generateSecret(spec)
            .getEncoded();
    return MessageDigest.isEqual(hash, derived);
  }

  /** Base64, also as passlib writes it: a dot for the plus, and no padding. */
  private static byte[] base64(String text) {
    return Base64.getDecoder().decode(text.replace('.', '+'));
  }

  private static char[] chars(byte[] given) {
    return new String(given, StandardCharsets.UTF_8).toCharArray();
  }
}
