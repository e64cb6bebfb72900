package io.nanomq.listener;

import io.nanomq.config.PemFiles;
import io.nanomq.config.TlsConf;
import io.nanomq.config.TlsKeys;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Keys and certificates of one listener, TLS 1.2 and 1.3. Files that change are read anew: sockets
 * that come then get the new certificate, those that are there notice nothing.
 *
 * <p>Shared: {@link #newHandler} reads one volatile reference; {@link #reload} is called by one
 * thread.
 */
final class TlsContext implements KeyFiles {
  private static final Path FOLDER = Path.of("");
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final TlsConf conf;
  private volatile SslContext context;
  private String fingerprint;

  /**
   * Reads the files; blocks.
   *
   * @throws IOException where one cannot be read
   * @throws GeneralSecurityException where one is not what it should be
   */
  TlsContext(TlsConf conf) throws IOException, GeneralSecurityException {
    this.conf = conf;
    this.fingerprint = fingerprint();
    this.context = build();
  }

  SslHandler newHandler(ByteBufAllocator allocator) {
    return context.newHandler(allocator);
  }

  @Override
  public String name() {
    return conf.certFile();
  }

  @Override
  public boolean reload() throws IOException, GeneralSecurityException {
    String now = fingerprint();
    if (now.equals(fingerprint)) {
      return false;
    }
    context = build();
    fingerprint = now;
    return true;
  }

  private SslContext build() throws IOException, GeneralSecurityException {
    TlsKeys keys = TlsKeys.read(conf, FOLDER);
    SslContextBuilder builder =
        SslContextBuilder.forServer(keys.key(), keys.chain().toArray(X509Certificate[]::new))
            .protocols(PROTOCOLS);
    if (conf.verifyPeer()) {
      if (!keys.authorities().isEmpty()) {
        builder.trustManager(keys.authorities());
      }
      builder.clientAuth(conf.failIfNoPeerCert() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
    }
    return builder.build();
  }

  private String fingerprint() throws IOException {
    return PemFiles.fingerprint(
        FOLDER, List.of(conf.certFile(), conf.keyFile(), conf.caCertFile()));
  }
}
