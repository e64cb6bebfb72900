package io.nanomq.machine;

import io.nanomq.config.model.ChainConf.TokenConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.tls.JwtKeys;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.PublicKeySet;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.interfaces.RSAPublicKey;
import org.jose4j.jwk.JsonWebKey;

/**
 * Whether tokens of clients and those of the API are held against one key, which makes one of the
 * other [RFC 8725, 2.8]. They differ by their issuer then, where one is configured.
 */
final class SharedTokenKey {
  private SharedTokenKey() {}

  /**
   * Files that cannot be used are told of by others.
   *
   * @param folder where relative paths start
   */
  static boolean isUsed(HttpServerConf http, TokenConf clients, Path folder) {
    if (http.authType() != HttpServerConf.AuthType.JWT || clients.keyFile().isEmpty()) {
      return false;
    }
    Path file = folder.resolve(http.jwt().publicKeyFile());
    String issuer = clients.issuer();
    if (!issuer.isEmpty() && !issuer.equals(String.valueOf(file.getFileName()))) {
      return false;
    }
    try {
      RSAPublicKey own = JwtKeys.publicKey(file);
      return PublicKeySet.parse(PemSource.DISK.read(folder.resolve(clients.keyFile()))).stream()
          .anyMatch(key -> isSame(key, own));
    } catch (IOException | GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean isSame(JsonWebKey key, RSAPublicKey own) {
    return key.getKey() instanceof RSAPublicKey rsa && rsa.getModulus().equals(own.getModulus());
  }
}
