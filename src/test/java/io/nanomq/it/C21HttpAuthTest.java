package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.backend.BackendAnswer;
import io.nanomq.backend.Backends;
import io.nanomq.backend.WebPeer;
import io.nanomq.config.Confs;
import io.nanomq.config.NanomqConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A web server says who may connect. */
@Timeout(120)
class C21HttpAuthTest {
  private static final int CONNACK = 2;

  private final WebPeer peer = new WebPeer(WebPeer.says(200));

  @AfterEach
  void close() {
    peer.close();
  }

  private static NanomqConf conf(String text) throws Exception {
    return Confs.load(text).conf();
  }

  /** NanoMQ's own example in key=value. */
  private String keyValue() {
    return "auth.http.enable=true\n"
        + "auth.http.auth_req.url="
        + peer.url("/mqtt/auth")
        + "\nauth.http.auth_req.method=post\n"
        + "auth.http.auth_req.headers.content-type=application/x-www-form-urlencoded\n"
        + "auth.http.auth_req.params=clientid=%c,username=%u,password=%P\n";
  }

  private static int connack(TestBroker broker, int version, String user, String password) {
    try (RawClient client = broker.raw(version)) {
      return client.connect("c1", user, password).receive(CONNACK).at(1);
    }
  }

  @Test
  void theServerIsAskedWhetherOrNotAnybodyMayComeIn() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      broker.reconfigure(conf(keyValue()));
      assertThat(connack(broker, 4, "ann", "p&q")).isZero();
      assertThat(peer.asked())
          .containsExactly("POST /mqtt/auth clientid=c1&username=ann&password=p%26q");
      peer.does(WebPeer.says(401));
      assertThat(connack(broker, 4, "ann", "x")).isEqualTo(5);
      assertThat(connack(broker, 5, "ann", "x")).isEqualTo(0x87);
      assertThat(connack(broker, 4, "", "")).isEqualTo(5);
      broker.reconfigure(conf("daemon=false\n"));
      assertThat(connack(broker, 4, "ann", "x")).isZero();
    }
  }

  @Test
  void nanoMqsExampleInHocon() throws Exception {
    String text =
        "auth { allow_anonymous = false, http_auth { auth_req { url = \""
            + peer.url("/mqtt/auth")
            + "\", method = get, headers.x-key = k\n"
            + " params = {clientid = \"%c\", ip = \"%a\", port = \"%p\", username = \"%u\"} }\n"
            + "super_req { url = \""
            + peer.url("/mqtt/superuser")
            + "\", method = post, params = {username = \"%u\"} }\n"
            + "timeout = 60s, connect_timeout = 60s, pool_size = 4 } }\n";
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.raw(5)) {
      broker.reconfigure(conf(text));
      peer.does(
          (request, body) ->
              WebPeer.says("k".equals(request.getHeader("x-key")) ? 200 : 403).meet(request, body));
      assertThat(client.connect("c1", "ann", "x").receive(CONNACK).at(1)).isZero();
      assertThat(peer.asked())
          .containsExactly(
              "GET /mqtt/auth?clientid=c1&ip=127.0.0.1&port=" + broker.port() + "&username=ann ",
              "POST /mqtt/superuser username=ann");
      var identity = broker.broker().sessions().find("c1").identity();
      assertThat(identity.superuser()).isFalse();
      assertThat(identity.user()).isEqualTo("ann");
    }
  }

  @ParameterizedTest
  @CsvSource({"deny, 3, 136", "ignore, 0, 0"})
  void whereTheServerIsAwayTheConfigurationSaysWhatHolds(String onError, int three, int five)
      throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      broker.reconfigure(conf(keyValue() + "auth.http.on_error=" + onError + "\n"));
      peer.die();
      assertThat(connack(broker, 4, "ann", "x")).isEqualTo(three);
      assertThat(connack(broker, 5, "ann", "x")).isEqualTo(five);
      assertThat(
              broker
                  .broker()
                  .backends()
                  .figures(Backends.Kind.AUTH_REQ)
                  .answers(BackendAnswer.AWAY))
          .isEqualTo(2);
    }
  }

  @Test
  void usersOfTheFileAndOfTheServerGetInSideBySide() throws Exception {
    String users = "allow_anonymous=false\nauth.1.login=ann\nauth.1.password=one\n";
    try (TestBroker broker = TestBroker.start()) {
      broker.reconfigure(conf(users + keyValue()));
      assertThat(connack(broker, 4, "ann", "one")).isZero();
      assertThat(peer.asked()).as("the file knows").isEmpty();
      assertThat(connack(broker, 4, "bob", "two")).isZero();
      assertThat(connack(broker, 4, "ann", "two")).isEqualTo(5);
      assertThat(peer.asked()).hasSize(1);
    }
  }
}
