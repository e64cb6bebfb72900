package io.nanomq;

import io.nanomq.tls.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts whoever has one certificate, whatever its names are, and nobody else: what its authority
 * has signed for others would be as good otherwise, since no name is asked for.
 */
record PinnedCertificate(X509Certificate certificate) implements X509TrustManager {

  /**
   * The first certificate of a file, which is a listener's own; authorities may follow it.
   *
   * @throws IOException where there is none
   */
  static PinnedCertificate of(String file) throws IOException {
    try {
      return new PinnedCertificate(PemFiles.certificates(Files.readAllBytes(Path.of(file))).get(0));
    } catch (GeneralSecurityException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    if (!certificate.equals(chain[0])) {
      throw new CertificateException("another certificate");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("no client is trusted");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
