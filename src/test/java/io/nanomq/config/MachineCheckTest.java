package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MachineCheckTest {
  private static final String TLS =
      "websocket.enable=false\nurl=nmq-tls://127.0.0.1:0\ntls.certfile=cert.pem\n"
          + "tls.keyfile=key.pem\n";

  @TempDir Path folder;
  private TestKeys keys;

  @BeforeEach
  void files() throws Exception {
    keys = TestKeys.make(folder, "EC", 30);
    Confs.write(folder, "cert.pem", keys.certificatePem());
    Confs.write(folder, "key.pem", keys.pkcs8());
  }

  @Test
  void whatFitsIsFine() throws Exception {
    assertThat(problems(TLS)).isEmpty();
  }

  @Test
  void aKeyOfAnotherCertificate() throws Exception {
    Confs.write(folder, "key.pem", TestKeys.make(folder, "EC", 30).pkcs8());
    assertThat(problems(TLS))
        .singleElement()
        .asString()
        .contains("keyfile = key.pem does not belong to the certificate cert.pem");
  }

  @Test
  void filesThatAreNotThere() throws Exception {
    assertThat(problems(TLS + "tls.certfile=nope.pem\n"))
        .singleElement()
        .asString()
        .contains("nope.pem cannot be read (no such file)");
    assertThat(problems(TLS + "tls.keyfile=nope.pem\n")).hasSize(1);
    assertThat(problems(TLS + "tls.cacertfile=nope.pem\ntls.verify_peer=true\n"))
        .singleElement()
        .matches(ConfProblem::isError);
    assertThat(problems(TLS + "tls.cacertfile=nope.pem\n"))
        .singleElement()
        .matches(problem -> !problem.isError());
  }

  @Test
  void anExpiredCertificateIsAWarning() throws Exception {
    TestKeys old = TestKeys.make(folder, "EC", -5);
    Confs.write(folder, "cert.pem", old.certificatePem());
    Confs.write(folder, "key.pem", old.pkcs8());
    assertThat(problems(TLS))
        .singleElement()
        .matches(problem -> !problem.isError())
        .asString()
        .contains("has expired on");
  }

  @Test
  void anAddressOfAnotherMachine() throws Exception {
    assertThat(problems("websocket.enable=false\nurl=nmq-tcp://192.0.2.1:1883\n"))
        .singleElement()
        .asString()
        .contains("192.0.2.1 is not an address of this machine");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "localhost", "[::]"})
  void addressesOfThisMachine(String host) throws Exception {
    assertThat(problems("websocket.enable=false\nurl=nmq-tcp://" + host + ":1883\n")).isEmpty();
  }

  /** Where the machine has IPv6 at all; a container often has not. */
  @Test
  void theLoopbackAddressOfIpv6() throws Exception {
    assertThat(problems("websocket.enable=false\nurl=nmq-tcp://[::1]:1883\n").isEmpty())
        .isEqualTo(NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null);
  }

  @Test
  void anAddressWhosePortIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "127.0.0.1:" + taken.getLocalPort();
      assertThat(problems("websocket.enable=false\nurl=nmq-tcp://" + url + "\n")).isEmpty();
    }
  }

  @Test
  void aNameThatNobodyKnows() throws Exception {
    assertThat(problems("websocket.enable=false\nurl=nmq-tcp://no.such.invalid:1883\n"))
        .singleElement()
        .asString()
        .contains("no.such.invalid cannot be resolved");
  }

  @Test
  void aKeyForTokens() throws Exception {
    assertThat(
            problems(
                "http_server.auth_type=jwt\nhttp_server.jwt.public.keyfile=nope.pub\n"
                    + "http_server.jwt.private.keyfile=key.pem\n"))
        .singleElement()
        .asString()
        .contains("http_server.jwt.public.keyfile = nope.pub cannot be read");
  }

  private List<ConfProblem> problems(String text) throws ConfException {
    return MachineCheck.problems(Confs.load(text), folder, Clock.systemUTC());
  }
}
