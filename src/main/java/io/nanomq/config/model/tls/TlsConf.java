package io.nanomq.config.model.tls;

import java.util.List;

/**
 * Keys and certificates of one listener or bridge. Paths are as configured; relative ones start at
 * the working directory.
 *
 * @param keyFile private key, PEM; empty where unset
 * @param certFile certificate and its chain, PEM; empty where unset
 * @param caCertFile authorities that the peer's certificate is held against; empty where unset
 * @param keyPassword password of the private key; empty where it has none
 * @param verifyPeer whether the peer is asked for a certificate and it is checked
 * @param failIfNoPeerCert whether a peer without a certificate is refused
 * @param sni further pairs, for clients that ask for their host names; those above are for all
 *     others
 */
public record TlsConf(
    String keyFile,
    String certFile,
    String caCertFile,
    String keyPassword,
    boolean verifyPeer,
    boolean failIfNoPeerCert,
    List<SniConf> sni) {

  public TlsConf {
    sni = List.copyOf(sni);
  }

  /** One pair for everybody. */
  public TlsConf(
      String keyFile,
      String certFile,
      String caCertFile,
      String keyPassword,
      boolean verifyPeer,
      boolean failIfNoPeerCert) {
    this(keyFile, certFile, caCertFile, keyPassword, verifyPeer, failIfNoPeerCert, List.of());
  }

  /** No TLS configured. */
  public static final TlsConf NONE = new TlsConf("", "", "", "", false, false);

  @Override
  public String toString() {
    return "TlsConf[key "
        + keyFile
        + ", cert "
        + certFile
        + ", ca "
        + caCertFile
        + ", "
        + sni
        + "]";
  }
}
