package io.nanomq.http;

import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.listener.KeyFiles;
import io.nanomq.tls.PemFiles;
import io.nanomq.tls.TlsKeys;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Keys and certificates of one socket of the API, TLS 1.2 and 1.3, by the same rules as those of
 * MQTT listeners. Made by whoever opens the socket; afterwards one thread reads the files anew.
 */
final class HttpTls implements KeyFiles {
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");
  private static final int SECONDS = 10;

  private final TlsConf conf;
  private final HttpKeyFiles files;
  private String fingerprint;
  private volatile @Nullable HttpServer server;

  private HttpTls(TlsConf conf, HttpKeyFiles files) throws IOException {
    this.conf = conf;
    this.files = files;
    this.fingerprint = fingerprint();
  }

  /**
   * What a server needs to speak HTTPS; reads the files, so it blocks.
   *
   * @param handshakes does what handshakes compute
   * @throws IOException where a file cannot be read
   * @throws GeneralSecurityException where one is not what it should be
   */
  static HttpTls secure(
      HttpServerOptions options, TlsConf conf, HttpKeyFiles files, HttpHandshakes handshakes)
      throws IOException, GeneralSecurityException {
    HttpTls tls = new HttpTls(conf, files);
    SSLOptions keys = tls.read();
    options
        .setSsl(true)
        .setKeyCertOptions(keys.getKeyCertOptions())
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        // Signing takes milliseconds that MQTT would wait for.
        .setSslEngineOptions(handshakes.engine());
    if (keys.getTrustOptions() != null) {
      options.setTrustOptions(keys.getTrustOptions());
    }
    if (conf.verifyPeer()) {
      options.setClientAuth(conf.failIfNoPeerCert() ? ClientAuth.REQUIRED : ClientAuth.REQUEST);
    }
    return tls;
  }

  /** From now on renewed files go to that server. */
  void renew(HttpServer opened) {
    server = opened;
  }

  @Override
  public String name() {
    return conf.certFile();
  }

  @Override
  public boolean reload() throws IOException, GeneralSecurityException {
    HttpServer now = server;
    String next = fingerprint();
    if (now == null || next.equals(fingerprint)) {
      return false;
    }
    try {
      now.updateSSLOptions(read())
          .toCompletionStage()
          .toCompletableFuture()
          .get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new GeneralSecurityException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    fingerprint = next;
    return true;
  }

  private String fingerprint() throws IOException {
    return PemFiles.fingerprint(
        files.pems(), files.folder(), List.of(conf.certFile(), conf.keyFile(), conf.caCertFile()));
  }

  private SSLOptions read() throws IOException, GeneralSecurityException {
    TlsKeys keys = TlsKeys.read(conf, files.pems(), files.folder());
    SSLOptions options =
        new SSLOptions()
            .setKeyCertOptions(KeyCertOptions.wrap(keys.identity()))
            .setEnabledSecureTransportProtocols(PROTOCOLS);
    return keys.authorities().isEmpty()
        ? options
        : options.setTrustOptions(TrustOptions.wrap(TlsKeys.trust(keys.authorities())));
  }
}
