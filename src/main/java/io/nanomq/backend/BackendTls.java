package io.nanomq.backend;

import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.tls.PemFiles;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.TlsKeys;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/**
 * Keys and certificates of calls to a web server: whom it trusts (the JDK's authorities where no
 * file is named), and what it shows. The server's name is always held against its certificate.
 */
public final class BackendTls {
  private static final Path FOLDER = Path.of("");

  private BackendTls() {}

  /**
   * Reads the files; blocks.
   *
   * @throws IOException where one cannot be read
   * @throws GeneralSecurityException where one is not what it should be
   */
  public static void secure(HttpClientOptions options, TlsConf conf, PemSource pems)
      throws IOException, GeneralSecurityException {
    options.setVerifyHost(true);
    if (!conf.caCertFile().isEmpty()) {
      byte[] pem = pems.read(FOLDER.resolve(conf.caCertFile()));
      options.setTrustOptions(TrustOptions.wrap(TlsKeys.trust(PemFiles.certificates(pem))));
    }
    if (!conf.certFile().isEmpty()) {
      TlsKeys keys = TlsKeys.read(conf, pems, FOLDER);
      options.setKeyCertOptions(KeyCertOptions.wrap(keys.identity()));
    }
  }

  /** No server pleases: what is left where files cannot be used. */
  public static void trustNobody(HttpClientOptions options) {
    try {
      options.setTrustOptions(TrustOptions.wrap(TlsKeys.trust(List.of())));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("every JDK can", e);
    }
  }
}
