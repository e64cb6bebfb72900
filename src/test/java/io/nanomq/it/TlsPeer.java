package io.nanomq.it;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Opens TLS connections as a client that asks for a host name, or for none. Each has a context of
 * its own: with a session that it can resume the JDK asks for that session's name again, whatever
 * it is told.
 *
 * @param trust whom it trusts
 * @param identity who it is
 */
record TlsPeer(TrustManagerFactory trust, List<KeyManager> identity) {
  private static final int TIMEOUT_MILLIS = 15_000;

  static TlsPeer trusting(TrustManagerFactory trust, KeyManager... identity) {
    return new TlsPeer(trust, List.of(identity));
  }

  private SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(identity.toArray(KeyManager[]::new), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * An open connection, with the handshake done.
   *
   * @param name that the ClientHello asks for; null = none
   * @param protocols such as TLSv1.2; none = all
   */
  SSLSocket open(int port, @Nullable String name, String... protocols) {
    return open(new Socket(), port, name, protocols);
  }

  /** As above, with every byte in a packet of its own, as far as the network lets it. */
  SSLSocket openSlowly(int port, @Nullable String name) {
    return open(new SlowSocket(), port, name);
  }

  /** The same over a socket that is open, and that something may have been sent by. */
  SSLSocket over(Socket plain) {
    try {
      return over(plain, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SSLSocket open(Socket plain, int port, @Nullable String name, String... protocols) {
    try {
      plain.setTcpNoDelay(true);
      plain.connect(new InetSocketAddress(TestBroker.HOST, port), TIMEOUT_MILLIS);
      plain.setSoTimeout(TIMEOUT_MILLIS);
      return over(plain, name, protocols);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SSLSocket over(Socket plain, @Nullable String name, String... protocols)
      throws IOException {
    var factory = context().getSocketFactory();
    var socket = (SSLSocket) factory.createSocket(plain, TestBroker.HOST, plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    if (name != null) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
    if (protocols.length > 0) {
      parameters.setProtocols(protocols);
    }
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Whom the server's certificate names. */
  static String subject(SSLSocket socket) {
    try (socket) {
      var peer = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return peer.getSubjectX500Principal().getName();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class SlowSocket extends Socket {
    @Override
    public OutputStream getOutputStream() throws IOException {
      OutputStream out = super.getOutputStream();
      return new OutputStream() {
        @Override
        public void write(int b) throws IOException {
          out.write(b);
          out.flush();
        }
      };
    }
  }
}
