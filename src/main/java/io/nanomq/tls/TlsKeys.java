package io.nanomq.tls;

import io.nanomq.config.model.tls.SniConf;
import io.nanomq.config.model.tls.TlsConf;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

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
   * @param pems what they are read from
   * @param folder where relative paths start
   * @throws IOException where one cannot be read
   * @throws GeneralSecurityException where one is not what it should be
   */
  public static TlsKeys read(TlsConf conf, PemSource pems, Path folder)
      throws IOException, GeneralSecurityException {
    TlsKeys pair = pair(conf.certFile(), conf.keyFile(), conf.keyPassword(), pems, folder);
    return conf.verifyPeer() && !conf.caCertFile().isEmpty()
        ? new TlsKeys(
            pair.key,
            pair.chain,
            PemFiles.certificates(pems.read(folder.resolve(conf.caCertFile()))))
        : pair;
  }

  /**
   * Reads one of the certificates for names of their own; blocks, with the same errors.
   *
   * @return without authorities
   */
  public static TlsKeys read(SniConf conf, PemSource pems, Path folder)
      throws IOException, GeneralSecurityException {
    return pair(conf.certFile(), conf.keyFile(), conf.keyPassword(), pems, folder);
  }

  private static TlsKeys pair(
      String certFile, String keyFile, String password, PemSource pems, Path folder)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> chain = PemFiles.certificates(pems.read(folder.resolve(certFile)));
    PrivateKey key = PemFiles.privateKey(pems.read(folder.resolve(keyFile)), password);
    if (!PemFiles.match(key, chain.get(0).getPublicKey())) {
      throw new GeneralSecurityException(certFile + " does not belong to " + keyFile);
    }
    return new TlsKeys(key, chain, List.of());
  }

  /**
   * As the JDK, Netty and Vert.x take them. The store never leaves the heap, where the key lies
   * beside it: PKCS12, which Netty would take by itself, encrypts and decrypts it with ten thousand
   * rounds each, a tenth of a second for every key.
   */
  public KeyManagerFactory identity() throws IOException, GeneralSecurityException {
    char[] none = new char[0];
    KeyStore own = emptyStore("JKS");
    own.setKeyEntry("own", key, none, chain.toArray(X509Certificate[]::new));
    var identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    identity.init(own, none);
    return identity;
  }

  /** Trusts these and nobody else. */
  public static TrustManagerFactory trust(List<X509Certificate> authorities)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = emptyStore("PKCS12");
    for (int i = 0; i < authorities.size(); i++) {
      trusted.setCertificateEntry("authority" + i, authorities.get(i));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    return trust;
  }

  /** Those that the JDK trusts. */
  public static List<X509Certificate> usualAuthorities() throws GeneralSecurityException {
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init((KeyStore) null);
    return Stream.of(trust.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .flatMap(each -> Stream.of(((X509TrustManager) each).getAcceptedIssuers()))
        .toList();
  }

  private static KeyStore emptyStore(String type) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(type);
    store.load(null, null);
    return store;
  }

  /** Without the key, since records end up in logs. */
  @Override
  public String toString() {
    return "TlsKeys[" + chain.get(0).getSubjectX500Principal() + "]";
  }
}
