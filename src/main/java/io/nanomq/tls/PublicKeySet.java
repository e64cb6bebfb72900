package io.nanomq.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/** Public keys that tokens are held against, as files and web servers have them. */
public final class PublicKeySet {
  private static final List<String> TYPES = List.of("RSA", "EC");

  private PublicKeySet() {}

  /**
   * Reads a set of keys (JWKS, RFC 7517), one key, or a public key or certificate in PEM.
   *
   * @return RSA and EC keys for signatures, at least one; a secret key (oct) in a public document
   *     would be no secret
   * @throws GeneralSecurityException where there is none
   */
  public static List<JsonWebKey> parse(byte[] document) throws GeneralSecurityException {
    String text = new String(document, StandardCharsets.UTF_8).strip();
    try {
      List<JsonWebKey> usable =
          all(document, text).stream()
              .filter(key -> TYPES.contains(key.getKeyType()))
              .filter(key -> key.getUse() == null || key.getUse().equals("sig"))
              .toList();
      if (usable.isEmpty()) {
        throw new GeneralSecurityException("holds no RSA or EC key for signatures");
      }
      return usable;
    } catch (JoseException | RuntimeException e) {
      throw new GeneralSecurityException("holds no keys: " + e.getMessage(), e);
    }
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
