package io.nanomq.listener;

import io.nanomq.config.PemFiles;
import io.nanomq.config.TlsConf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;

/**
 * Keys and certificates of one listener, TLS 1.2 and 1.3. Files that change are read anew: sockets
 * that come then get the new certificate, those that are there notice nothing.
 *
 * <p>Shared: {@link #newHandler} reads one volatile reference; {@link #reload} is called by one
 * thread.
 */
final class TlsContext {
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
    this.fingerprint = fingerprintOfFiles();
    this.context = build();
  }

  SslHandler newHandler(ByteBufAllocator allocator) {
    return context.newHandler(allocator);
  }

  /**
   * Reads the files again where their contents have changed; blocks.
   *
   * @return whether there is a new certificate
   * @throws IOException where a file cannot be read: the old ones stay in force
   * @throws GeneralSecurityException where a file is not what it should be, such as half of a pair
   *     that is being replaced: the old ones stay in force
   */
  boolean reload() throws IOException, GeneralSecurityException {
    String now = fingerprintOfFiles();
    if (now.equals(fingerprint)) {
      return false;
    }
    context = build();
    fingerprint = now;
    return true;
  }

  private SslContext build() throws IOException, GeneralSecurityException {
    List<X509Certificate> chain = PemFiles.certificates(Path.of(conf.certFile()));
    var key = PemFiles.privateKey(Path.of(conf.keyFile()), conf.keyPassword());
    if (!PemFiles.match(key, chain.get(0).getPublicKey())) {
      throw new GeneralSecurityException(conf.certFile() + " does not belong to " + conf.keyFile());
    }
    SslContextBuilder builder =
        SslContextBuilder.forServer(key, chain.toArray(X509Certificate[]::new))
            .protocols(PROTOCOLS);
    if (conf.verifyPeer()) {
      if (!conf.caCertFile().isEmpty()) {
        builder.trustManager(PemFiles.certificates(Path.of(conf.caCertFile())));
      }
      builder.clientAuth(conf.failIfNoPeerCert() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
    }
    return builder.build();
  }

  private String fingerprintOfFiles() throws IOException, GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (String file : List.of(conf.certFile(), conf.keyFile(), conf.caCertFile())) {
      if (!file.isEmpty()) {
        digest.update(Files.readAllBytes(Path.of(file)));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
