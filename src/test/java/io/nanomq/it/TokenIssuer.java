package io.nanomq.it;

import io.nanomq.Certified;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** An issuer of tokens with keys of its own. */
public final class TokenIssuer {
  private final PublicJsonWebKey key;
  private final String algorithm;

  private TokenIssuer(PublicJsonWebKey key, String algorithm) {
    this.key = key;
    this.algorithm = algorithm;
  }

  public static TokenIssuer rsa(String keyId) {
    try {
      KeyPair pair = Certified.keys("RSA");
      PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic());
      key.setPrivateKey(pair.getPrivate());
      key.setKeyId(keyId);
      return new TokenIssuer(key, "RS256");
    } catch (GeneralSecurityException | JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  public static TokenIssuer ec(String keyId) {
    try {
      PublicJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
      key.setKeyId(keyId);
      return new TokenIssuer(key, "ES256");
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public key in PEM. */
  public String pem() {
    byte[] der = key.getPublicKey().getEncoded();
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n";
  }

  /** The public keys of several issuers. */
  public static String jwks(TokenIssuer... issuers) {
    return new JsonWebKeySet(List.of(issuers).stream().map(i -> i.key).toList()).toJson();
  }

  /** Claims of a subject for so long. */
  public static Map<String, Object> claims(String subject, Duration lasts) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("sub", subject);
    claims.put("exp", Instant.now().plus(lasts).getEpochSecond());
    return claims;
  }

  public String token(Map<String, Object> claims) {
    return sign(claims, algorithm, key.getPrivateKey());
  }

  /** Signed with the public key as a secret: what a careless verifier believes. */
  public String confused(Map<String, Object> claims) {
    byte[] secret = ((RSAPublicKey) key.getPublicKey()).getEncoded();
    return sign(claims, "HS256", new org.jose4j.keys.HmacKey(secret));
  }

  private String sign(Map<String, Object> claims, String by, java.security.Key signer) {
    try {
      JsonWebSignature signature = new JsonWebSignature();
      signature.setPayload(JsonUtil.toJson(claims));
      signature.setAlgorithmHeaderValue(by);
      signature.setKeyIdHeaderValue(key.getKeyId());
      signature.setKey(signer);
      return signature.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }
}
