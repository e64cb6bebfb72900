package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.NanomqConf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, by whom, and what becomes of who was when that changes. */
@Timeout(120)
class C20AuthenticationTest {
  private static final int NOT_AUTHORIZED = 0x87;

  private static NanomqConf conf(String text) throws Exception {
    return Confs.load(text).conf();
  }

  private static int answer(RawClient client, String user, String password) {
    return client.connect("c-" + user, user, password).receive(2).at(1);
  }

  @Test
  void eachListenerAsksInItsOwnWay() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      broker.reconfigure(
          conf(
              "allow_anonymous=false\nauth.1.login=ann\nauth.1.password=one\n"
                  + "websocket.auth.allow_anonymous=true\n"));
      try (RawClient tcp = broker.raw(4);
          RawClient web = broker.rawWebSocket(4);
          RawClient right = broker.raw(4)) {
        assertThat(answer(tcp, "ann", "wrong")).isEqualTo(5);
        assertThat(answer(web, "ann", "wrong")).isZero();
        assertThat(answer(right, "ann", "one")).isZero();
      }
    }
  }

  /** Devices are added while others run; who may no longer is told and has to go. */
  @Test
  void whoMayStayStaysAndWhoMayNoLongerGoes() throws Exception {
    String bob = "auth.2.login=bob\nauth.2.password=two\n";
    String closed = "allow_anonymous=false\nauth.1.login=ann\nauth.1.password=";
    try (TestBroker broker = TestBroker.start()) {
      broker.reconfigure(conf(closed + "one\n" + bob));
      try (RawClient ann = broker.raw(5);
          RawClient stays = broker.raw(5);
          RawClient added = broker.raw(5)) {
        assertThat(ann.connect("ann", "ann", "one").receive(2).at(1)).isZero();
        assertThat(stays.connect("bob", "bob", "two").receive(2).at(1)).isZero();
        broker.reconfigure(
            conf(closed + "changed\n" + bob + "auth.3.login=new\nauth.3.password=three\n"));
        assertThat(ann.receive(14).at(0)).isEqualTo(NOT_AUTHORIZED);
        stays.assertNothingMore();
        assertThat(added.connect("new", "new", "three").receive(2).at(1)).isZero();
      }
    }
  }

  /** NanoMQ's own nanomq_pwd.conf, included as its document does. */
  @Test
  void usersMayStandInAFileOfTheirOwn(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("nanomq_pwd.conf"), "\"admin\": \"public\"\n\"client\": \"public\"");
    String text = "auth { allow_anonymous = false, password = {include \"nanomq_pwd.conf\"} }\n";
    Path main = Files.writeString(folder.resolve("nanomq.conf"), text);
    String[] arguments = {"--conf", main.toString()};
    try (TestBroker broker = TestBroker.start();
        RawClient right = broker.raw(4);
        RawClient wrong = broker.raw(4)) {
      broker.reconfigure(Confs.load(arguments, Map.of(), folder).conf());
      assertThat(answer(right, "client", "public")).isZero();
      assertThat(answer(wrong, "client", "private")).isEqualTo(5);
    }
  }

  @Test
  void whoMayNoLongerStaysWhereTheConfigurationSaysSo() throws Exception {
    try (TestBroker broker = TestBroker.start();
        RawClient anybody = broker.raw(5).connected("anybody", true)) {
      broker.reconfigure(conf("allow_anonymous=false\nauth.revoked=keep\n"));
      anybody.assertNothingMore();
      broker.reconfigure(conf("allow_anonymous=false\n"));
      assertThat(anybody.receive(14).at(0)).isEqualTo(NOT_AUTHORIZED);
    }
  }
}
