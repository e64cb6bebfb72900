package io.nanomq.rule.sql;

import io.nanomq.tls.PemFiles;
import io.nanomq.tls.TlsKeys;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS 1.2 and 1.3 over connections to PostgreSQL. Made by the driver, which holds the host against
 * the certificate.
 */
public final class DatabaseSockets extends SSLSocketFactory {
  /** In place of authorities. */
  static final String ANYBODY = "anybody";

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final SSLSocketFactory sockets;

  /**
   * @param authorities whom to trust, PEM, or {@link #ANYBODY}
   */
  public DatabaseSockets(String authorities) throws GeneralSecurityException, IOException {
    TrustManagerFactory trust =
        authorities.equals(ANYBODY)
            ? InsecureTrustManagerFactory.INSTANCE
            : TlsKeys.trust(PemFiles.certificates(authorities.getBytes(StandardCharsets.US_ASCII)));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    this.sockets = context.getSocketFactory();
  }

  private static Socket limited(Socket socket) {
    ((SSLSocket) socket).setEnabledProtocols(PROTOCOLS);
    return socket;
  }

  @Override
  public Socket createSocket(Socket plain, String host, int port, boolean autoClose)
      throws IOException {
    return limited(sockets.createSocket(plain, host, port, autoClose));
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return limited(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int localPort)
      throws IOException {
    return limited(sockets.createSocket(host, port, from, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return limited(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int localPort)
      throws IOException {
    return limited(sockets.createSocket(host, port, from, localPort));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return sockets.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return sockets.getSupportedCipherSuites();
  }
}
