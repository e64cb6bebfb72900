package io.nanomq.listener;

import io.nanomq.tls.TlsKeys;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Whom a listener believes who its clients are. Immutable, for any thread. */
final class ClientAuthorities {
  private final List<X509Certificate> certificates;
  private final TrustManagerFactory factory;

  ClientAuthorities(List<X509Certificate> certificates)
      throws IOException, GeneralSecurityException {
    this.certificates = List.copyOf(certificates);
    this.factory = TlsKeys.trust(certificates);
  }

  TrustManagerFactory factory() {
    return factory;
  }

  /** Whether none of the others is missing here. */
  boolean contain(ClientAuthorities others) {
    return certificates.containsAll(others.certificates);
  }

  /**
   * Whether they would let a connection's client begin TLS again; so they would who has shown no
   * certificate, or is about to show one. Takes some signatures' time.
   */
  boolean accept(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      return true;
    }
    try {
      Certificate[] shown = tls.engine().getSession().getPeerCertificates();
      X509Certificate[] chain = Arrays.copyOf(shown, shown.length, X509Certificate[].class);
      String algorithm = chain[0].getPublicKey().getAlgorithm();
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager trust) {
          trust.checkClientTrusted(chain, algorithm);
        }
      }
      return true;
    } catch (SSLPeerUnverifiedException nothingShown) {
      return true;
    } catch (CertificateException | RuntimeException notTrusted) {
      return false;
    }
  }
}
