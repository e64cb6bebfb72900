package io.nanomq.api.auth;

import io.nanomq.authn.PasswordHash;
import io.nanomq.control.access.ApiAccounts;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Passwords that were right a while ago, so that not every request of a user costs a slow hash.
 * What is kept is of no use outside of this process. Safe for any thread.
 */
final class VerifiedPasswords {
  private static final int MAX = 256;
  private static final String MAC = "HmacSHA256";

  private final SecretKeySpec key = new SecretKeySpec(random(), MAC);
  // The stored hash by what was right for it; the oldest goes first.
  private final Map<String, String> right =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MAX;
        }
      };

  private static byte[] random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /** Whether the password was right for what is stored of the user now. */
  boolean knows(ApiAccounts.User user, String password) {
    String sum = sum(user, password);
    synchronized (right) {
      return user.password().equals(right.get(sum));
    }
  }

  /** Whether the password is right. Takes long; one at a time, however many ask. */
  synchronized boolean verify(ApiAccounts.User user, String password) {
    boolean isRight =
        PasswordHash.isHash(user.password())
            && PasswordHash.matches(password.getBytes(StandardCharsets.UTF_8), user.password());
    if (isRight) {
      String sum = sum(user, password);
      synchronized (right) {
        right.put(sum, user.password());
      }
    }
    return isRight;
  }

  private String sum(ApiAccounts.User user, String password) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(key);
      String pair = user.username() + ":" + password;
      return HexFormat.of().formatHex(mac.doFinal(pair.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }
}
