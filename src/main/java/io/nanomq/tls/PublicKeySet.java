package io.nanomq.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.EllipticCurve;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.keys.EllipticCurves;
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
   * @return RSA keys of 2,048 to 8,192 bits for RS256 and EC keys for ES256, at least one; a secret
   *     key (oct) in a public document would be no secret
   * @throws GeneralSecurityException where there is none, or more than {@value #MAX_KEYS}
   */
  public static List<JsonWebKey> parse(byte[] document) throws GeneralSecurityException {
    String text = new String(document, StandardCharsets.UTF_8).strip();
    try {
      List<JsonWebKey> usable =
          all(document, text).stream()
              .filter(PublicKeySet::isUsable)
              .filter(key -> key.getUse() == null || key.getUse().equals("sig"))
              .toList();
      if (usable.isEmpty()) {
        throw new GeneralSecurityException("holds no RSA or EC key for RS256 or ES256");
      }
      if (usable.size() > MAX_KEYS) {
        throw new GeneralSecurityException("holds more than " + MAX_KEYS + " keys");
      }
      return usable;
    } catch (JoseException | RuntimeException e) {
      throw new GeneralSecurityException("holds no keys: " + e.getMessage(), e);
    }
  }

  /**
   * Others are left out: one that is too short must not take the rest along, and one that no token
   * can be held against must not take the place of those that were there.
   */
  private static boolean isUsable(JsonWebKey key) {
    String algorithm = key.getAlgorithm();
    if (key.getKey() instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      return (algorithm == null || algorithm.equals(AlgorithmIdentifiers.RSA_USING_SHA256))
          && bits >= MIN_RSA_BITS
          && bits <= MAX_RSA_BITS;
    }
    return key.getKey() instanceof ECPublicKey ec
        && (algorithm == null
            || algorithm.equals(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256))
        && isOnP256(ec);
  }

  private static boolean isOnP256(ECPublicKey key) {
    EllipticCurve curve = EllipticCurves.P256.getCurve();
    if (!curve.equals(key.getParams().getCurve())) {
      return false;
    }
    BigInteger p = ((ECFieldFp) curve.getField()).getP();
    BigInteger x = key.getW().getAffineX();
    BigInteger y = key.getW().getAffineY();
    BigInteger right = x.pow(2).add(curve.getA()).multiply(x).add(curve.getB());
    return x.compareTo(p) < 0
        && y.compareTo(p) < 0
        && y.pow(2).subtract(right).mod(p).signum() == 0;
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
