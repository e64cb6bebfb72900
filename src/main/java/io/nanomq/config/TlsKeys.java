package io.nanomq.config;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What the files of a server's {@link TlsConf} hold.
 *
 * @param key private key
 * @param chain the certificate that was made for it, and those above it
 * @param authorities those that peers' certificates are held against; empty where peers are not
 *     asked for one
 */
public record TlsKeys(
    PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authorities) {

  /**
   * Reads the files; blocks.
   *
   * @param folder where relative paths start
   * @throws IOException where one cannot be read
   * @throws GeneralSecurityException where one is not what it should be
   */
  public static TlsKeys read(TlsConf conf, Path folder)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> chain = PemFiles.certificates(folder.resolve(conf.certFile()));
    PrivateKey key = PemFiles.privateKey(folder.resolve(conf.keyFile()), conf.keyPassword());
    if (!PemFiles.match(key, chain.get(0).getPublicKey())) {
      throw new GeneralSecurityException(conf.certFile() + " does not belong to " + conf.keyFile());
    }
    boolean asks = conf.verifyPeer() && !conf.caCertFile().isEmpty();
    return new TlsKeys(
        key, chain, asks ? PemFiles.certificates(folder.resolve(conf.caCertFile())) : List.of());
  }

  /** Without the key, since records end up in logs. */
  @Override
  public String toString() {
    return "TlsKeys[" + chain.get(0).getSubjectX500Principal() + "]";
  }
}
