package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.authn.ClientIdentity;
import io.nanomq.config.Confs;
import io.nanomq.config.Copy;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.tls.TlsConf;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.KeyManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client's certificate says who it is. */
@Timeout(120)
class C15CertificateUserTest {
  @TempDir static Path folder;
  private static TestCertificates certificates;

  @BeforeAll
  static void makeCertificates() {
    certificates = new TestCertificates(folder);
    certificates.issue("server", -1, 30);
    certificates.issueFor("device-7", "EC", "device.example");
  }

  private static ListenerConf listener() {
    return Confs.listener(
        "ssl",
        Transport.TLS,
        TestBroker.HOST,
        0,
        "",
        new TlsConf(
            certificates.key("server").toString(),
            certificates.certificate("server").toString(),
            certificates.authority().toString(),
            "",
            true,
            false));
  }

  /** By another part of its certificate it would be another user. */
  @Test
  void whoWouldBeSomebodyElseHasToGo() throws Exception {
    String text = "allow_anonymous=false\nauth.certificate_user=%s\n";
    var common = Confs.load(text.formatted("cn")).conf();
    var alternative = Confs.load(text.formatted("san")).conf();
    List<ListenerConf> safe = List.of(listener());
    try (TestBroker broker = TestBroker.start()) {
      broker.reconfigure(common, safe);
      KeyManager own = certificates.identity("device-7").getKeyManagers()[0];
      try (RawClient device = open(broker, 5, own)) {
        assertThat(device.connect("d", "claims", "x").receive(2).at(1)).isZero();
        broker.reconfigure(common, safe);
        device.assertNothingMore();
        broker.reconfigure(alternative, safe);
        assertThat(device.receive(14).at(0)).isEqualTo(0x87);
      }
    }
  }

  private static RawClient open(TestBroker broker, int version, KeyManager... identity) {
    int port = broker.broker().listeners().port("ssl");
    return new RawClient(
        TlsPeer.trusting(certificates.trust(), identity).open(port, null), version);
  }

  @ParameterizedTest
  @CsvSource({"cn, device-7", "san, device.example", "subject, CN=device-7"})
  void aNameOfTheCertificateIsTheUser(String part, String user) throws Exception {
    var auth =
        Confs.load("allow_anonymous=false\nauth.certificate_user=" + part + "\n").conf().auth();
    try (TestBroker broker = TestBroker.start()) {
      broker.apply(conf -> Copy.of(conf, "auth", auth));
      broker.broker().listeners().open(listener()).toCompletableFuture().join();
      KeyManager own = certificates.identity("device-7").getKeyManagers()[0];
      try (RawClient device = open(broker, 4, own);
          RawClient nobody = open(broker, 4);
          RawClient plain = broker.raw(4)) {
        assertThat(device.connect("d", "claims", "x").receive(2).at(1)).isZero();
        ClientIdentity identity = broker.broker().sessions().find("d").identity();
        assertThat(identity.user()).isEqualTo(user);
        assertThat(identity.isProven()).isTrue();
        assertThat(identity.untilMillis()).isLessThan(ClientIdentity.FOREVER);
        assertThat(nobody.connect("n", user, "x").receive(2).at(1)).isEqualTo(5);
        assertThat(plain.connect("p", user, "x").receive(2).at(1)).isEqualTo(5);
      }
    }
  }
}
