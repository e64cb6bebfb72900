package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.key.value.Network;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.model.HttpServerConf.AuthType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCheckTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http_server.tls.enable=true                           | needs a certfile",
        "http_server.tls.certfile=c.pem                        | needs a keyfile",
        "http_server.cors.allow_origins=console.example.com    | no origin",
        "http_server.cors.allow_origins=https://a.example/path | no origin",
        "http_server.cors.allow_origins=ftp://a.example        | no origin",
        "http_server.cors.allow_origins=null                   | no origin",
        "http_server.trusted_proxies=ingress.example           | no network",
        "http_server.trusted_proxies=10.0.0.0/40               | no network",
        "http_server.jwt.lifetime=2d                           | is out of range",
        "http_server.jwt.lifetime=10s                          | is out of range",
        "http_server.auth_type=jwt                             | needs a key"
      })
  void whatCannotBeMeantIsNamed(String line, String reason) {
    assertThat(Confs.reports(line)).anyMatch(report -> report.contains(reason));
  }

  @Test
  void everyPageMustNotUseTheCredentialsOfBrowsers() {
    assertThat(
            Confs.reports(
                "http_server.cors.allow_origins=*\nhttp_server.cors.allow_credentials=true"))
        .singleElement()
        .asString()
        .contains("every page");
  }

  @Test
  void peersAreVerifiedAgainstSomebody() {
    String tls = "http_server.tls.certfile=c.pem\nhttp_server.tls.keyfile=k.pem\n";

    assertThat(Confs.reports(tls + "http_server.tls.verify_peer=true"))
        .singleElement()
        .asString()
        .contains("without knowing an authority");
  }

  @Test
  void listsAreBounded() {
    String many = "10.0.0.1,".repeat(65);

    assertThat(Confs.reports("http_server.trusted_proxies=" + many))
        .singleElement()
        .asString()
        .contains("64 at most");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http_server.cors.allow_origins=https://A.example,http://b.example:81\n"
            + "http_server.trusted_proxies=10.0.0.0/8,::1\nhttp_server.jwt.lifetime=5m",
        "http_server { cors.allow_origins = [\"https://A.example\", \"http://b.example:81\"]\n"
            + "trusted_proxies = [\"10.0.0.0/8\", \"::1\"], jwt.lifetime = 5m }"
      })
  void whatIsRightIsTaken(String text) throws Exception {
    HttpServerConf http = Confs.conf(text).httpServer();

    assertThat(http.cors().allowOrigins())
        .containsExactly("https://a.example", "http://b.example:81");
    assertThat(http.trustedProxies())
        .isEqualTo(
            List.of(Network.parse("10.0.0.0/8").orElseThrow(), Network.parse("::1").orElseThrow()));
    assertThat(http.jwt().lifetimeSeconds()).isEqualTo(300);
    assertThat(http.isSecure()).isFalse();
  }

  @Test
  void aCertificateMeansHttpsUnlessADocumentSaysOtherwise() throws Exception {
    String tls = "http_server.tls.certfile=c.pem\nhttp_server.tls.keyfile=k.pem\n";

    assertThat(Confs.conf(tls).httpServer().isSecure()).isTrue();
    assertThat(Confs.conf(tls + "http_server.tls.enable=false").httpServer().isSecure()).isFalse();
  }

  @Test
  void defaultCredentialsCountWhereTheyGiveTokens() {
    var jwt = new HttpServerConf.Jwt("k.pub", "", 60);
    assertThat(with(jwt).hasDefaultCredentials()).isFalse();
    assertThat(with(new HttpServerConf.Jwt("k.pub", "k", 60)).hasDefaultCredentials()).isTrue();
  }

  private static HttpServerConf with(HttpServerConf.Jwt jwt) {
    return Copy.of(NanomqConf.defaults().httpServer(), "authType", AuthType.JWT, "jwt", jwt);
  }
}
