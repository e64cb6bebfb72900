package io.nanomq.authn;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Makes salts for passwords that are stored as they are, and for users who are not there: always
 * the same for one name, so that nobody learns who is a user. Another process makes others.
 */
final class ScramSecret {
  private static final int BYTES = 32;
  private static final int SALT_BYTES = 16;

  private final byte[] secret = new byte[BYTES];
  private final SecureRandom random = new SecureRandom();

  ScramSecret() {
    random.nextBytes(secret);
  }

  byte[] salt(String user) {
    byte[] mac = ScramKeys.hmac(secret, user.getBytes(StandardCharsets.UTF_8));
    return Arrays.copyOf(mac, SALT_BYTES);
  }

  byte[] random(int bytes) {
    byte[] made = new byte[bytes];
    random.nextBytes(made);
    return made;
  }
}
