package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.api.route.ApiRoutes;
import io.nanomq.config.setting.ConfException;
import io.nanomq.it.TestCertificates;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The API over HTTPS, with certificates of an authority that this test makes. */
@QuarkusTest
@Timeout(120)
class ApiHttpsTest {
  private static final String TLS =
      "http_server.tls.enable=true\nhttp_server.tls.certfile=api.pem\n"
          + "http_server.tls.keyfile=api.key\n";

  @TempDir static Path folder;
  @TempDir static Path others;
  private static TestCertificates certificates;
  private static TestCertificates otherAuthority;

  @Inject LiveConf live;

  @BeforeAll
  static void makeCertificates() {
    certificates = new TestCertificates(folder);
    certificates.issue("server", -1, 30);
    certificates.issue("renewed", -1, 60);
    certificates.issue("client", -1, 30);
    otherAuthority = new TestCertificates(others);
  }

  @AfterEach
  void asBefore() throws Exception {
    live.apply("");
  }

  @Test
  void answersOverTlsOnly() throws Exception {
    install("server");
    live.apply(TLS);

    assertThat(get(certificates.trust()).statusCode()).isEqualTo(200);
    assertThat(get(certificates.trust()).body()).startsWith("{\"code\":0,");
    assertThatThrownBy(() -> live.admin().get(ApiRoutes.ROOT)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> get(otherAuthority.trust())).isInstanceOf(SSLException.class);
  }

  @Test
  void aKeyMayNeedAPassword() throws Exception {
    install("server");
    copy(certificates.encryptedKey("server", "topsecret"), "api.key");
    live.apply(TLS + "http_server.tls.key_password=topsecret\n");

    assertThat(get(certificates.trust()).statusCode()).isEqualTo(200);
  }

  @Test
  void goesToTlsAndBackOnTheSamePort() throws Exception {
    install("server");
    int port = live.port();
    String fixed = "http_server.port=" + port + "\n";
    live.apply(fixed + TLS);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> get(certificates.trust()).statusCode() == 200);
    assertThat(live.port()).isEqualTo(port);
    live.apply(fixed);

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> live.admin().get(ApiRoutes.ROOT).statusCode() == 200);
    assertThat(live.port()).isEqualTo(port);
  }

  @Test
  void aRenewedCertificateIsUsedWithoutARestart() throws Exception {
    install("server");
    live.apply(TLS);
    int port = live.port();
    assertThat(subject()).isEqualTo("CN=server");
    install("renewed");

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        // In the moment of the change a handshake may be cut off.
        .ignoreExceptionsInstanceOf(SocketException.class)
        .until(() -> subject().equals("CN=renewed"));
    assertThat(live.port()).isEqualTo(port);
    assertThat(get(certificates.trust()).statusCode()).isEqualTo(200);
  }

  @Test
  void keysThatCannotBeUsedLeaveTheApiAsItWas() throws Exception {
    install("server");
    copy(certificates.key("client"), "api.key");
    assertThatThrownBy(() -> live.apply(TLS))
        .hasCauseInstanceOf(ConfException.class)
        .hasMessageContaining("does not belong to the certificate");
    assertThatThrownBy(() -> live.apply(TLS.replace("api.pem", "nope.pem")))
        .hasMessageContaining("http_server.tls.certfile = nope.pem cannot be read");

    live.admin().get(ApiRoutes.ROOT).then().statusCode(200);
  }

  @Test
  void callersCanBeAskedForACertificate() throws Exception {
    install("server");
    copy(certificates.authority(), "ca.pem");
    live.apply(
        TLS
            + "http_server.tls.cacertfile=ca.pem\nhttp_server.tls.verify_peer=true\n"
            + "http_server.tls.fail_if_no_peer_cert=true\n");

    assertThatThrownBy(() -> get(certificates.trust())).isInstanceOf(IOException.class);
    var identity = certificates.identity("client").getKeyManagers();
    assertThat(get(context(certificates.trust(), identity)).statusCode()).isEqualTo(200);
  }

  private void install(String alias) throws IOException {
    copy(certificates.key(alias), "api.key");
    copy(certificates.certificate(alias), "api.pem");
  }

  private void copy(Path from, String name) throws IOException {
    Files.copy(from, live.folder().resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private HttpResponse<String> get(TrustManagerFactory trust) throws Exception {
    return get(context(trust, null));
  }

  private HttpResponse<String> get(SSLContext context) throws Exception {
    var client = HttpClient.newBuilder().sslContext(context).build();
    var request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + live.port() + ApiRoutes.ROOT))
            .header("Authorization", "Basic YWRtaW46cHVibGlj")
            .timeout(Duration.ofSeconds(20))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Whom the server's certificate names. */
  private String subject() throws Exception {
    var sockets = context(certificates.trust(), null).getSocketFactory();
    try (var socket = (SSLSocket) sockets.createSocket("127.0.0.1", live.port())) {
      socket.startHandshake();
      var peer = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return peer.getSubjectX500Principal().getName();
    }
  }

  private static SSLContext context(TrustManagerFactory trust, KeyManager[] identity)
      throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(identity, trust.getTrustManagers(), null);
    return context;
  }
}
