package io.nanomq.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/** Public keys that tokens are held against, as files and web servers have them. */
public final class PublicKeySet {
  /** Keys that a set may have: each token is held against those that fit. */
  static final int MAX_KEYS = 1_000;

  private static final int MIN_RSA_BITS = 2_048;
  private static final int MAX_RSA_BITS = 8_192;

  private PublicKeySet() {}

  /**
   * Reads a set of keys (JWKS, RFC 7517), one key, or a public key or certificate in PEM.
   *
   * @return RSA keys of 2,048 to 8,192 bits and EC keys for signatures, at least one; a secret key
   *     (oct) in a public document would be no secret
   * @throws GeneralSecurityException where there is none, or more than {@value #MAX_KEYS}
   */
  public static List<JsonWebKey> parse(byte[] document) throws GeneralSecurityException {
    String text = new String(document, StandardCharsets.UTF_8).strip();
    try {
      List<JsonWebKey> usable =
          all(document, text).stream()
              .filter(PublicKeySet::isStrong)
              .filter(key -> key.getUse() == null || key.getUse().equals("sig"))
              .toList();
      if (usable.isEmpty()) {
        throw new GeneralSecurityException("holds no RSA or EC key for signatures");
      }
      if (usable.size() > MAX_KEYS) {
        throw new GeneralSecurityException("holds more than " + MAX_KEYS + " keys");
      }
      return usable;
    } catch (JoseException | RuntimeException e) {
      throw new GeneralSecurityException("holds no keys: " + e.getMessage(), e);
    }
  }

  /** Others are left out: one that is too short must not take the rest along. */
  private static boolean isStrong(JsonWebKey key) {
    if (key.getKey() instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS;
    }
    return key.getKey() instanceof ECPublicKey;
  }

  private static List<JsonWebKey> all(byte[] document, String text)
      throws JoseException, GeneralSecurityException {
    if (!text.startsWith("{")) {
      return List.of(JsonWebKey.Factory.newJwk(PemFiles.publicKey(document)));
    }
    return text.contains("\"keys\"")
        ? new JsonWebKeySet(text).getJsonWebKeys()
        : List.of(JsonWebKey.Factory.newJwk(text));
  }
}
