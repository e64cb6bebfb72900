package io.nanomq.listener;

import io.nanomq.config.model.tls.SniConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.tls.PemFiles;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.ServerNames;
import io.nanomq.tls.TlsKeys;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.DomainWildcardMappingBuilder;
import io.netty.util.Mapping;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Keys and certificates of one listener, TLS 1.2 and 1.3. Where there are several, the host name
 * that the client asks for says which one it gets; the listener's own is for all others. Files that
 * change are read anew: sockets that come then get the new certificate, those that are there notice
 * nothing, unless an authority of their certificates is gone.
 *
 * <p>The name is looked up before TLS begins (Netty's SniHandler), and each certificate has a
 * context of its own. The JDK's key manager knows names too, but it is asked once per kind of key,
 * and would answer a certificate of another name where that one's key is of the kind it is asked
 * for first.
 *
 * <p>Shared: {@link #newHandler} reads one volatile reference; {@link #reload} and {@link
 * #takeReview} are called by one thread.
 */
final class TlsContext implements KeyFiles {
  /**
   * Sessions of TLS 1.2 that a listener remembers so that they can be resumed, where clients take
   * no tickets: some 2 KiB each, with certificates of clients more. The JDK remembers 20,480.
   */
  private static final int CACHED_SESSIONS = 2_048;

  private static final Path FOLDER = Path.of("");
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** Bytes of a ClientHello, which is kept until its name was read; usual ones have 2 KiB. */
  private static final int MAX_CLIENT_HELLO = 16 * 1024;

  /** Until the ClientHello is complete; what follows has SslHandler's own time. */
  private static final long CLIENT_HELLO_MILLIS = 10_000;

  private final TlsConf conf;
  private final PemSource pems;
  private volatile Contexts contexts;
  private volatile boolean isReviewDue;
  private String fingerprint;

  /**
   * @param main for everybody who asks for no name that is known
   * @param byName null where there is but one certificate
   * @param authorities null where clients show no certificates, or those of the JDK's authorities
   */
  private record Contexts(
      SslContext main,
      @Nullable Mapping<String, SslContext> byName,
      @Nullable ClientAuthorities authorities) {
    boolean miss(Contexts before) {
      return before.authorities != null
          && (authorities == null || !authorities.contain(before.authorities));
    }
  }

  /**
   * Reads the files; blocks.
   *
   * @throws IOException where one cannot be read
   * @throws GeneralSecurityException where one is not what it should be
   */
  TlsContext(TlsConf conf, PemSource pems) throws IOException, GeneralSecurityException {
    this.conf = conf;
    this.pems = pems;
    this.fingerprint = fingerprint();
    this.contexts = build();
  }

  /**
   * TLS for one connection.
   *
   * @param steps does what the handshake computes
   * @param ended told when the handshake has succeeded or failed; a connection that closes before
   *     may have none
   */
  ChannelHandler newHandler(
      ByteBufAllocator allocator, Executor steps, GenericFutureListener<Future<Channel>> ended) {
    Contexts now = contexts;
    Mapping<String, SslContext> byName = now.byName();
    return byName == null
        ? newHandler(now, now.main(), allocator, steps, ended)
        : new SniHandler(byName, MAX_CLIENT_HELLO, CLIENT_HELLO_MILLIS) {
          @Override
          protected SslHandler newSslHandler(SslContext named, ByteBufAllocator alloc) {
            return newHandler(now, named, alloc, steps, ended);
          }
        };
  }

  private SslHandler newHandler(
      Contexts now,
      SslContext context,
      ByteBufAllocator allocator,
      Executor steps,
      GenericFutureListener<Future<Channel>> ended) {
    SslHandler handler = context.newHandler(allocator, steps);
    handler.handshakeFuture().addListener(ended);
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              // It was let in by authorities that may have gone while it was under way.
              if (contexts.miss(now)) {
                isReviewDue = true;
              }
            });
    return handler;
  }

  /** Whether clients are to be held against the authorities again; says so once. */
  boolean takeReview() {
    boolean isDue = isReviewDue;
    isReviewDue = false;
    return isDue;
  }

  /** Whether a connection could be made again with what its client has shown. */
  boolean accepts(Channel channel) {
    ClientAuthorities authorities = contexts.authorities();
    return authorities == null || authorities.accept(channel);
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
    Contexts before = contexts;
    Contexts next = build();
    contexts = next;
    fingerprint = now;
    if (next.miss(before)) {
      isReviewDue = true;
    }
    return true;
  }

  private Contexts build() throws IOException, GeneralSecurityException {
    TlsKeys own = TlsKeys.read(conf, pems, FOLDER);
    ClientAuthorities authorities =
        own.authorities().isEmpty() ? null : new ClientAuthorities(own.authorities());
    SslContext main = build(own, authorities);
    if (conf.sni().isEmpty()) {
      return new Contexts(main, null, authorities);
    }
    // The listener's own names are looked up too: they may be better than a wildcard of another's.
    Map<String, SslContext> byName = new LinkedHashMap<>();
    add(byName, own, main);
    for (SniConf sni : conf.sni()) {
      TlsKeys more = TlsKeys.read(sni, pems, FOLDER);
      add(byName, more, build(more, authorities));
    }
    var mapping = new DomainWildcardMappingBuilder<>(main);
    byName.forEach(mapping::add);
    return new Contexts(main, mapping.build(), authorities);
  }

  private static void add(Map<String, SslContext> byName, TlsKeys keys, SslContext context)
      throws GeneralSecurityException {
    for (String name : ServerNames.of(keys.chain().get(0))) {
      byName.putIfAbsent(name, context);
    }
  }

  private SslContext build(TlsKeys keys, @Nullable ClientAuthorities authorities)
      throws IOException, GeneralSecurityException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(keys.identity())
            .protocols(PROTOCOLS)
            .sessionCacheSize(Math.max(1, CACHED_SESSIONS / (1 + conf.sni().size())));
    if (conf.verifyPeer()) {
      if (authorities != null) {
        builder.trustManager(authorities.factory());
      }
      builder.clientAuth(conf.failIfNoPeerCert() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
    }
    return builder.build();
  }

  private String fingerprint() throws IOException {
    List<String> files =
        new ArrayList<>(List.of(conf.certFile(), conf.keyFile(), conf.caCertFile()));
    for (SniConf sni : conf.sni()) {
      files.add(sni.certFile());
      files.add(sni.keyFile());
    }
    return PemFiles.fingerprint(pems, FOLDER, files);
  }
}
