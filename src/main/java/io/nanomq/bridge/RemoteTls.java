package io.nanomq.bridge;

import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.tls.PemFiles;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.TlsKeys;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLParameters;

/**
 * TLS 1.2 and 1.3 of a bridge: whom it trusts (the JDK's authorities where no file is named), and
 * what it shows. The host of the address is asked for by name and held against the certificate,
 * unless {@code verify_peer} is off.
 */
record RemoteTls(SslContext context, boolean verifies) {
  private static final Path FOLDER = Path.of("");
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /**
   * Reads the files; blocks.
   *
   * @throws IOException where one cannot be read
   * @throws GeneralSecurityException where one is not what it should be
   */
  static RemoteTls read(TlsConf conf, PemSource pems) throws IOException, GeneralSecurityException {
    SslContextBuilder builder = SslContextBuilder.forClient().protocols(PROTOCOLS);
    if (!conf.verifyPeer()) {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
    } else if (!conf.caCertFile().isEmpty()) {
      byte[] pem = pems.read(FOLDER.resolve(conf.caCertFile()));
      builder.trustManager(PemFiles.certificates(pem));
    }
    if (!conf.certFile().isEmpty()) {
      builder.keyManager(TlsKeys.read(conf, pems, FOLDER).identity());
    }
    return new RemoteTls(builder.build(), conf.verifyPeer());
  }

  /**
   * TLS for one connection.
   *
   * @param steps does what the handshake computes
   */
  SslHandler newHandler(ByteBufAllocator allocator, Endpoint endpoint, Executor steps) {
    SslHandler handler = context.newHandler(allocator, endpoint.host(), endpoint.port(), steps);
    SSLParameters parameters = handler.engine().getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(verifies ? "HTTPS" : "");
    handler.engine().setSSLParameters(parameters);
    return handler;
  }
}
