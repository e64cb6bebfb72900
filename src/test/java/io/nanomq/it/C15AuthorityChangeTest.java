package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.tls.TlsConf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.net.ssl.KeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An authority of the clients' certificates goes while they are there. */
@Timeout(120)
class C15AuthorityChangeTest {
  private static final int DISCONNECT = 14;

  @TempDir Path before;
  @TempDir Path after;
  @TempDir Path mounted;
  private final TestBroker broker = TestBroker.start();
  private TestCertificates old;
  private TestCertificates next;
  private Path trusted;

  @BeforeEach
  void trustBoth() throws IOException {
    old = new TestCertificates(before);
    next = new TestCertificates(after);
    for (TestCertificates authority : new TestCertificates[] {old, next}) {
      authority.issue("server", -1, 30);
      authority.issueFor("device", "EC", "device.example");
    }
    trusted = mounted.resolve("ca.pem");
    trust(Files.readString(old.authority()) + Files.readString(next.authority()));
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private void trust(String authorities) throws IOException {
    Path written = Files.writeString(mounted.resolve("written"), authorities);
    Files.move(written, trusted, StandardCopyOption.ATOMIC_MOVE);
  }

  private void apply(String text) throws Exception {
    var tls =
        new TlsConf(
            old.key("server").toString(),
            old.certificate("server").toString(),
            trusted.toString(),
            "",
            true,
            false);
    var listener = Confs.listener("safe", Transport.TLS, TestBroker.HOST, 0, "", tls);
    broker.reconfigure(Confs.load("allow_anonymous=true\n" + text).conf(), List.of(listener));
  }

  private RawClient connect(String id, String version, KeyManager... identity) {
    var peer = TlsPeer.trusting(old.trust(), identity);
    var socket = peer.open(broker.broker().listeners().port("safe"), null, version);
    return new RawClient(socket, 5).connected(id, true);
  }

  private static KeyManager device(TestCertificates authority) {
    return authority.identity("device").getKeyManagers()[0];
  }

  @Test
  void whoCouldNotComeAgainHasToGoAndNobodyElse() throws Exception {
    apply("");
    try (RawClient goes = connect("goes", "TLSv1.3", device(old));
        RawClient goesToo = connect("goesToo", "TLSv1.2", device(old));
        RawClient stays = connect("stays", "TLSv1.3", device(next));
        RawClient staysToo = connect("staysToo", "TLSv1.2", device(next));
        RawClient nobody = connect("nobody", "TLSv1.3");
        RawClient plain = broker.raw(5).connected("plain", true)) {
      trust(Files.readString(next.authority()));
      assertThat(goes.receive(DISCONNECT).at(0)).isEqualTo(0x87);
      assertThat(goesToo.receive(DISCONNECT).at(0)).isEqualTo(0x87);
      for (RawClient client : List.of(stays, staysToo, nobody, plain)) {
        client.assertNothingMore();
      }
    }
  }

  /** Whether anybody is disconnected is said by the same key as for users. */
  @Test
  void whoMayNoLongerStaysWhereTheConfigurationSaysSo() throws Exception {
    apply("auth.revoked=keep\n");
    try (RawClient goes = connect("goes", "TLSv1.3", device(old))) {
      trust(Files.readString(next.authority()));
      // From then on who shows a certificate of the old one is not let in.
      TestBroker.soon().until(() -> !isLetIn());
      goes.assertNothingMore();
      apply("");
      assertThat(goes.receive(DISCONNECT).at(0)).isEqualTo(0x87);
    }
  }

  private boolean isLetIn() {
    try (RawClient again = connect("again", "TLSv1.2", device(old))) {
      return true;
    } catch (RuntimeException | AssertionError refused) {
      return false;
    }
  }
}
