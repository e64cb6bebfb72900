package io.nanomq.it;

import io.nanomq.tls.TestKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tokens as the transcript describes them: {@code {token iss=... exp=3600 alg=none}}. */
final class GoldenTokens {
  private static final Pattern TOKEN = Pattern.compile("\\{token ([^}]*)}");
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final TestKeys own;
  private final TestKeys other;

  GoldenTokens(Path folder) throws Exception {
    own = TestKeys.make("RSA", 1);
    other = TestKeys.make("RSA", 2);
  }

  TestKeys keys() {
    return own;
  }

  /** Writes the key that the broker holds tokens against. */
  Path writePublicKey(Path folder) throws IOException {
    byte[] key;
    try {
      var certificates = java.security.cert.CertificateFactory.getInstance("X.509");
      key =
          certificates
              .generateCertificate(new java.io.ByteArrayInputStream(own.certificate()))
              .getPublicKey()
              .getEncoded();
    } catch (java.security.cert.CertificateException e) {
      throw new IllegalStateException(e);
    }
    String pem = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
    return Files.writeString(
        folder.resolve("jwtRS256.key.pub"),
        "-----BEGIN PUBLIC KEY-----\n" + pem + "\n-----END PUBLIC KEY-----\n");
  }

  String fill(String header) {
    Matcher matcher = TOKEN.matcher(header);
    return matcher.find()
        ? matcher.replaceFirst(Matcher.quoteReplacement(token(matcher.group(1))))
        : header;
  }

  private String token(String description) {
    Map<String, String> words = new HashMap<>();
    for (String word : description.split(" ")) {
      words.put(word.split("=")[0], word.split("=")[1]);
    }
    var claims = new StringJoiner(",", "{", "}");
    if (words.containsKey("iss")) {
      claims.add("\"iss\":\"" + words.get("iss") + "\"");
    }
    if (words.containsKey("exp")) {
      long exp = Instant.now().getEpochSecond() + Long.parseLong(words.get("exp"));
      claims.add("\"exp\":" + exp);
    }
    if (words.containsKey("bodyEncode")) {
      claims.add("\"bodyEncode\":\"" + words.get("bodyEncode") + "\"");
    }
    String head = "{\"alg\":\"" + words.getOrDefault("alg", "RS256") + "\",\"typ\":\"JWT\"}";
    return sign(head, claims.toString(), words.containsKey("key") ? other : own);
  }

  private static String sign(String head, String claims, TestKeys keys) {
    String text = encode(head) + "." + encode(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.key());
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + BASE64.encodeToString(signature.sign());
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(String json) {
    return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
