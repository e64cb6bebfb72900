package io.nanomq.config.model.tls;

/**
 * A further key and certificate of a TLS listener, for clients that ask for one of the host names
 * in the certificate. Paths are as configured; relative ones start at the working directory.
 *
 * @param number as configured, for messages
 * @param keyFile private key, PEM; empty where unset
 * @param certFile certificate and its chain, PEM; empty where unset
 * @param keyPassword password of the private key; empty where it has none
 */
public record SniConf(String number, String keyFile, String certFile, String keyPassword) {

  @Override
  public String toString() {
    return "SniConf[" + number + ", key " + keyFile + ", cert " + certFile + "]";
  }
}
