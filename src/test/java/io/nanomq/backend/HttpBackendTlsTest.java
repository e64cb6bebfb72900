package io.nanomq.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.HttpAuthConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.it.TestCertificates;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.tls.PemSource;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A web server that says yes is believed only where it shows that it is the one. */
@Timeout(120)
class HttpBackendTlsTest {
  private static final int TIMEOUT_MILLIS = 30_000;

  @TempDir Path folder;
  @TempDir Path elsewhere;
  private TestCertificates ours;
  private TestCertificates others;

  @BeforeEach
  void issue() {
    ours = new TestCertificates(folder);
    ours.issue("right", -1, 30);
    ours.issue("over", -30, 10);
    ours.issueFor("misnamed", "EC", "elsewhere.test");
    others = new TestCertificates(elsewhere);
    others.issue("right", -1, 30);
  }

  private static HttpServerOptions server(TestCertificates by, String alias) {
    return new HttpServerOptions()
        .setSsl(true)
        .setKeyCertOptions(KeyCertOptions.wrap(by.identity(alias)));
  }

  private BackendAnswer ask(HttpServerOptions options, TlsConf tls) throws Exception {
    var none = new HttpAuthConf.Request("", true, Map.of(), Map.of(), TlsConf.NONE);
    CompletableFuture<BackendAnswer> answer = new CompletableFuture<>();
    try (WebPeer peer = new WebPeer(WebPeer.says(200), options);
        Backends backends =
            new Backends(
                new Budget(Purpose.VERDICTS, 1 << 20), new Outgoing(PemSource.DISK, List::of))) {
      var asked =
          new HttpAuthConf.Request(peer.url("/auth"), true, Map.of(), Map.of("u", "%u"), tls);
      int time = TIMEOUT_MILLIS;
      backends.apply(new HttpAuthConf(true, asked, none, none, time, time, 1, 0, false), 1);
      ClientFacts client = new ClientFacts("c", "ann", "127.0.0.1", 1, "", "", "");
      backends
          .find(Backends.Kind.AUTH_REQ)
          .ask(BackendQuestion.login(client, null, "ann", () -> false), answer::complete);
      BackendAnswer got = answer.get(2 * TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      assertThat(peer.asked())
          .as("passwords are for the right one")
          .hasSize(got == BackendAnswer.ALLOW ? 1 : 0);
      return got;
    }
  }

  private TlsConf trusting(TestCertificates authority) {
    return new TlsConf("", "", authority.authority().toString(), "", true, false);
  }

  @ParameterizedTest
  @CsvSource({"right, ALLOW", "misnamed, AWAY", "over, AWAY"})
  void whoseCertificateIsWrongIsNotAsked(String alias, BackendAnswer answer) throws Exception {
    assertThat(ask(server(ours, alias), trusting(ours))).isEqualTo(answer);
  }

  @Test
  void nobodyElsesAuthorityCounts() throws Exception {
    assertThat(ask(server(others, "right"), trusting(ours))).isEqualTo(BackendAnswer.AWAY);
    assertThat(ask(server(ours, "right"), TlsConf.NONE))
        .as("the JDK's")
        .isEqualTo(BackendAnswer.AWAY);
  }

  @Test
  void filesThatCannotBeReadPleaseNobody() throws Exception {
    TlsConf broken = new TlsConf("", "", folder.resolve("nothing.pem").toString(), "", true, false);
    assertThat(ask(server(ours, "right"), broken)).isEqualTo(BackendAnswer.AWAY);
  }

  @Test
  void itIsShownACertificateWhereOneIsConfigured() throws Exception {
    HttpServerOptions strict =
        server(ours, "right")
            .setClientAuth(ClientAuth.REQUIRED)
            .setTrustOptions(TrustOptions.wrap(ours.trust().getTrustManagers()[0]));
    assertThat(ask(strict, trusting(ours))).isEqualTo(BackendAnswer.AWAY);
    TlsConf shown =
        new TlsConf(
            ours.key("right").toString(),
            ours.certificate("right").toString(),
            ours.authority().toString(),
            "",
            true,
            false);
    assertThat(ask(strict, shown)).isEqualTo(BackendAnswer.ALLOW);
  }
}
