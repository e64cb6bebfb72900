package io.nanomq.listener;

import io.nanomq.config.PemFiles;
import io.nanomq.config.PemSource;
import io.nanomq.config.ServerNames;
import io.nanomq.config.SniConf;
import io.nanomq.config.TlsConf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.DomainWildcardMappingBuilder;
import io.netty.util.Mapping;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys and certificates of one listener, TLS 1.2 and 1.3. Where there are several, the host name
 * that the client asks for says which one it gets; the listener's own is for all others. Files that
 * change are read anew: sockets that come then get the new certificate, those that are there notice
 * nothing.
 *
 * <p>The name is looked up before TLS begins (Netty's SniHandler), and each certificate has a
 * context of its own. The JDK's key manager knows names too, but it is asked once per kind of key,
 * and would answer a certificate of another name where that one's key is of the kind it is asked
 * for first.
 *
 * <p>Shared: {@link #newHandler} reads one volatile reference; {@link #reload} is called by one
 * thread.
 */
final class TlsContext {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** Bytes of a ClientHello, which is kept until its name was read; usual ones have 2 KiB. */
  private static final int MAX_CLIENT_HELLO = 16 * 1024;

  /** Until the ClientHello is complete; what follows has SslHandler's own time. */
  private static final long CLIENT_HELLO_MILLIS = 10_000;

  private final TlsConf conf;
  private final PemSource pems;
  private volatile Contexts contexts;
  private String fingerprint;

  /**
   * @param main for everybody who asks for no name that is known
   * @param byName null where there is but one certificate
   */
  private record Contexts(SslContext main, @Nullable Mapping<String, SslContext> byName) {}

  /**
   * Reads the files; blocks.
   *
   * @throws IOException where one cannot be read
   * @throws GeneralSecurityException where one is not what it should be
   */
  TlsContext(TlsConf conf, PemSource pems) throws IOException, GeneralSecurityException {
    this.conf = conf;
    this.pems = pems;
    this.fingerprint = fingerprintOfFiles();
    this.contexts = build();
  }

  ChannelHandler newHandler(ByteBufAllocator allocator) {
    Contexts now = contexts;
    Mapping<String, SslContext> byName = now.byName();
    return byName == null
        ? now.main().newHandler(allocator)
        : new SniHandler(byName, MAX_CLIENT_HELLO, CLIENT_HELLO_MILLIS);
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
    contexts = build();
    fingerprint = now;
    return true;
  }

  private Contexts build() throws IOException, GeneralSecurityException {
    List<X509Certificate> chain = PemFiles.certificates(read(conf.certFile()));
    SslContext main = build(conf.keyFile(), conf.keyPassword(), conf.certFile(), chain);
    if (conf.sni().isEmpty()) {
      return new Contexts(main, null);
    }
    // The listener's own names are looked up too: they may be better than a wildcard of another's.
    Map<String, SslContext> byName = new LinkedHashMap<>();
    add(byName, chain, main);
    for (SniConf sni : conf.sni()) {
      List<X509Certificate> more = PemFiles.certificates(read(sni.certFile()));
      add(byName, more, build(sni.keyFile(), sni.keyPassword(), sni.certFile(), more));
    }
    var mapping = new DomainWildcardMappingBuilder<>(main);
    byName.forEach(mapping::add);
    return new Contexts(main, mapping.build());
  }

  private static void add(
      Map<String, SslContext> byName, List<X509Certificate> chain, SslContext context)
      throws GeneralSecurityException {
    for (String name : ServerNames.of(chain.get(0))) {
      byName.putIfAbsent(name, context);
    }
  }

  private SslContext build(
      String keyFile, String password, String certFile, List<X509Certificate> chain)
      throws IOException, GeneralSecurityException {
    var key = PemFiles.privateKey(read(keyFile), password);
    if (!PemFiles.match(key, chain.get(0).getPublicKey())) {
      throw new GeneralSecurityException(certFile + " does not belong to " + keyFile);
    }
    SslContextBuilder builder =
        SslContextBuilder.forServer(key, chain.toArray(X509Certificate[]::new))
            .protocols(PROTOCOLS);
    if (conf.verifyPeer()) {
      if (!conf.caCertFile().isEmpty()) {
        builder.trustManager(PemFiles.certificates(read(conf.caCertFile())));
      }
      builder.clientAuth(conf.failIfNoPeerCert() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
    }
    return builder.build();
  }

  private byte[] read(String file) throws IOException {
    return pems.read(Path.of(file));
  }

  private String fingerprintOfFiles() throws IOException, GeneralSecurityException {
    List<String> files =
        new ArrayList<>(List.of(conf.certFile(), conf.keyFile(), conf.caCertFile()));
    for (SniConf sni : conf.sni()) {
      files.add(sni.certFile());
      files.add(sni.keyFile());
    }
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (String file : files) {
      if (!file.isEmpty()) {
        digest.update(read(file));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
