package io.nanomq.authn;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a server keeps of a password for SCRAM-SHA-256 (RFC 5802 section 3, RFC 7677), from which
 * nobody can log in. Written as PostgreSQL does: {@code
 * SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}, in base64.
 */
record ScramKeys(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
  /** RFC 7677 section 4 asks for at least so many. */
  static final int ITERATIONS = 4096;

  private static final Pattern WRITTEN =
      Pattern.compile("SCRAM-SHA-256\\$(\\d{1,7}):([^$:]+)\\$([^$:]+):([^$:]+)");
  private static final int MAX_ITERATIONS = 1_000_000;
  private static final int BITS = 256;

  static boolean isWritten(String stored) {
    return stored.startsWith("SCRAM-SHA-256$");
  }

  /** Null where it is not written as above. */
  static @Nullable ScramKeys read(String stored) {
    Matcher parts = WRITTEN.matcher(stored);
    if (!parts.matches()) {
      return null;
    }
    int iterations = Integer.parseInt(parts.group(1));
    try {
      return iterations < 1 || iterations > MAX_ITERATIONS
          ? null
          : new ScramKeys(
              iterations, base64(parts.group(2)), base64(parts.group(3)), base64(parts.group(4)));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte[] base64(String text) {
    return Base64.getDecoder().decode(text);
  }

  /** Of a password; takes milliseconds, on purpose. */
  static ScramKeys of(char[] password, byte[] salt, int iterations) {
    byte[] salted = salted(password, salt, iterations);
    return new ScramKeys(
        iterations,
        salt,
        sha256(hmac(salted, "Client Key".getBytes(StandardCharsets.US_ASCII))),
        hmac(salted, "Server Key".getBytes(StandardCharsets.US_ASCII)));
  }

  private static byte[] salted(char[] password, byte[] salt, int iterations) {
    try {
      // The JDK wants a password that is not empty, and an empty one lets nobody in.
      char[] any = password.length == 0 ? new char[1] : password;
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
          .generateSecret(new PBEKeySpec(any, salt, iterations, BITS))
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }

  /** Whether a password is the one. */
  boolean matches(char[] password) {
    return MessageDigest.isEqual(of(password, salt, iterations).storedKey, storedKey);
  }

  /**
   * Whether the client has shown that it knows the password.
   *
   * @param proof its ClientProof
   * @param message the AuthMessage
   */
  boolean isProof(byte[] proof, byte[] message) {
    byte[] signature = hmac(storedKey, message);
    if (proof.length != signature.length) {
      return false;
    }
    byte[] clientKey = new byte[proof.length];
    for (int i = 0; i < proof.length; i++) {
      clientKey[i] = (byte) (proof[i] ^ signature[i]);
    }
    return MessageDigest.isEqual(sha256(clientKey), storedKey);
  }

  /** Shows the client that the server knows the password too. */
  byte[] serverSignature(byte[] message) {
    return hmac(serverKey, message);
  }

  static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }

  private static byte[] sha256(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }

  /** Without the keys. */
  @Override
  public String toString() {
    return "ScramKeys[" + iterations + "]";
  }
}
