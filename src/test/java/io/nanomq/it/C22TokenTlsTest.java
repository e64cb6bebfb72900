package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.backend.WebPeer;
import io.nanomq.config.Confs;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that tokens are held against come from the right server only. */
@Timeout(120)
class C22TokenTlsTest {
  private static final TokenIssuer RSA = TokenIssuer.rsa("one");

  @TempDir Path folder;
  @TempDir Path elsewhere;
  private final TestBroker broker = TestBroker.start();
  private TestCertificates certificates;

  @BeforeEach
  void issue() {
    certificates = new TestCertificates(folder);
    certificates.issue("right", -1, 30);
    certificates.issueFor("misnamed", "EC", "elsewhere.test");
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private int connack(String alias, Path authority) throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(KeyCertOptions.wrap(certificates.identity(alias)));
    WebPeer.Manner keys = (request, body) -> request.response().end(TokenIssuer.jwks(RSA));
    try (WebPeer issuer = new WebPeer(keys, options);
        RawClient client = broker.raw(5)) {
      String text =
          "allow_anonymous=false\nauth.jwt.jwks_url=%s\nauth.jwt.cacertfile=%s\n"
              .formatted(issuer.url("/jwks"), authority);
      broker.reconfigure(Confs.load(text).conf());
      String token = RSA.token(TokenIssuer.claims("ann", Duration.ofHours(1)));
      return client.connect("c1", "u", token).receive(2).at(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"right, 0x00", "misnamed, 0x88"})
  void theServersNameIsHeldAgainstItsCertificate(String alias, String code) throws Exception {
    assertThat(connack(alias, certificates.authority())).isEqualTo(Integer.decode(code));
  }

  @Test
  void anotherAuthorityIsNotTrusted() throws Exception {
    Path other = new TestCertificates(elsewhere).authority();
    assertThat(connack("right", other)).isEqualTo(0x88);
  }
}
