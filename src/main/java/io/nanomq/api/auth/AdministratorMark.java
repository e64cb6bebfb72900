package io.nanomq.api.auth;

import io.nanomq.config.model.HttpServerConf;
import io.nanomq.tls.JwtKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a token of the administrator's login carries, so that it ends when name or password of the
 * configuration change. The private key goes into it: whoever holds a token alone cannot try
 * passwords against it.
 */
final class AdministratorMark {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int LENGTH = 32;

  private AdministratorMark() {}

  /** Empty where there is no private key, as in a process that takes the tokens of another. */
  static Optional<String> of(HttpServerConf conf, JwtKeys keys) {
    PrivateKey key = keys.privateKey();
    return key == null ? Optional.empty() : Optional.of(of(conf, key.getEncoded()));
  }

  private static String of(HttpServerConf conf, byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update(conf.username().getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      byte[] mark = mac.doFinal(conf.password().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mark).substring(0, LENGTH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Each JVM has " + ALGORITHM, e);
    }
  }
}
