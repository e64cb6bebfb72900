package io.nanomq.tls;

import io.nanomq.config.model.HttpServerConf;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import org.jspecify.annotations.Nullable;

/**
 * What the files of {@link HttpServerConf.Jwt} hold.
 *
 * @param issuer who tokens must be from: the public key's file name, as in NanoMQ
 * @param publicKey what they are held against
 * @param privateKey what they are signed with; null where nobody can log in
 */
public record JwtKeys(String issuer, RSAPublicKey publicKey, @Nullable PrivateKey privateKey) {
  /** Shorter ones can be broken, and no signature of theirs may be taken [RFC 7518, 3.3]. */
  private static final int MIN_BITS = 2048;

  /** Longer ones would keep an event loop busy for each request. */
  private static final int MAX_BITS = 8192;

  /**
   * Reads the files; blocks.
   *
   * @param folder where relative paths start
   * @throws IOException where one cannot be read
   * @throws GeneralSecurityException where one is no RSA key of 2,048 to 8,192 bits, or the two do
   *     not belong together
   */
  public static JwtKeys read(HttpServerConf.Jwt jwt, Path folder)
      throws IOException, GeneralSecurityException {
    Path file = folder.resolve(jwt.publicKeyFile());
    RSAPublicKey publicKey = publicKey(file);
    PrivateKey privateKey = null;
    if (!jwt.privateKeyFile().isEmpty()) {
      privateKey =
          PemFiles.privateKey(PemSource.DISK.read(folder.resolve(jwt.privateKeyFile())), "");
      if (!PemFiles.match(privateKey, publicKey)) {
        throw new GeneralSecurityException(
            jwt.privateKeyFile() + " does not belong to " + jwt.publicKeyFile());
      }
    }
    return new JwtKeys(String.valueOf(file.getFileName()), publicKey, privateKey);
  }

  public static RSAPublicKey publicKey(Path file) throws IOException, GeneralSecurityException {
    PublicKey key = PemFiles.publicKey(PemSource.DISK.read(file));
    if (!(key instanceof RSAPublicKey rsa)) {
      throw new GeneralSecurityException("holds a key that is not RSA but " + key.getAlgorithm());
    }
    int bits = rsa.getModulus().bitLength();
    if (bits < MIN_BITS || bits > MAX_BITS) {
      throw new GeneralSecurityException("holds an RSA key of " + bits + " bits");
    }
    return rsa;
  }

  /** Without the keys, since records end up in logs. */
  @Override
  public String toString() {
    return "JwtKeys[" + issuer + "]";
  }
}
