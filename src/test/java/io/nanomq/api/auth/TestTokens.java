package io.nanomq.api.auth;

import io.nanomq.Certified;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens made by hand, without the library that reads them. */
public final class TestTokens {
  public static final String RS256 = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";

  private TestTokens() {}

  public static KeyPair keyPair(int bits) throws GeneralSecurityException {
    if (bits == 2048) {
      return Certified.keys("RSA");
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  /** Signed with RS256, whatever the header says. */
  public static String signed(String header, String claims, PrivateKey key) throws Exception {
    return signed(header, claims, key, "SHA256withRSA");
  }

  public static String signed(String header, String claims, PrivateKey key, String algorithm)
      throws Exception {
    String content = encoded(header) + "." + encoded(claims);
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(content.getBytes(StandardCharsets.US_ASCII));
    return content + "." + encoded(signature.sign());
  }

  /** Authenticated with a secret. */
  static String hs256(String header, String claims, byte[] secret) throws Exception {
    String content = encoded(header) + "." + encoded(claims);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    return content + "." + encoded(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
  }

  public static String pem(String title, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + title + "-----\n" + text + "\n-----END " + title + "-----\n";
  }

  static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
