package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.backend.WebPeer;
import io.nanomq.config.Confs;
import io.nanomq.config.NanomqConf;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that say who may connect and who may do what, as clients see them. */
@Timeout(120)
class C40AccessKeysTest {
  private static final int CONNACK = 2;
  private static final int PUBACK = 4;
  private static final int DISCONNECT = 14;
  private static final int DENIED = 0x87;

  @TempDir Path folder;
  private final TestBroker broker = TestBroker.start();

  @AfterEach
  void close() {
    broker.close();
  }

  /** Puts a document in force, with its listeners in the place of those of the test's broker. */
  private void apply(String text) throws Exception {
    boolean isKeyValue = !text.contains("{") || text.contains("={");
    String more = isKeyValue ? "\nhttp_server.enable=false\n" : "\nhttp_server.enable = false\n";
    NanomqConf conf = Confs.load(text + more).conf();
    if (conf.listeners().isEmpty() || !text.contains("127.0.0.1:0")) {
      broker.reconfigure(conf);
      return;
    }
    var move = broker.broker().move(conf);
    move.open()
        .thenCompose(done -> broker.broker().commit(conf, move))
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  private int connack(String user, String password) {
    try (RawClient client = broker.raw(5)) {
      return client.connect("c1", user, password).receive(CONNACK).at(1);
    }
  }

  private static int publish(RawClient client, String topic) {
    byte[] body = client.publish(topic, 1, 5, new byte[1]).receive(PUBACK).body();
    return body.length == 2 ? 0 : body[2] & 0xFF;
  }

  private static boolean isDenied(RawClient client, String topic) {
    return publish(client, topic) == DENIED;
  }

  /** auth_enable and auth.password.enable. */
  @Test
  void usersOfTheDocumentCountUnlessTheyAreSwitchedOff() throws Exception {
    String keyValue = "allow_anonymous=false\nauth.1.login=a\nauth.1.password=s\nauth_enable=";
    String hocon = "auth { allow_anonymous = false, password { a = s, enable = %s } }";
    for (boolean isOn : new boolean[] {true, false}) {
      for (String text : List.of(keyValue + isOn, hocon.formatted(isOn))) {
        apply(text);
        assertThat(connack("a", "s") == 0).as(text).isEqualTo(isOn);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"keep", "disconnect"})
  void whomAChangeKeepsOutStaysOrGoes(String revoked) throws Exception {
    String rest = "allow_anonymous=false\nauth.revoked=" + revoked;
    apply(rest + "\nauth.1.login=a\nauth.1.password=s");
    try (RawClient client = broker.raw(5)) {
      assertThat(client.connect("c", "a", "s").receive(CONNACK).at(1)).isZero();
      apply(rest);
      if (revoked.equals("keep")) {
        client.assertNothingMore();
      } else {
        assertThat(client.receive(DISCONNECT).at(0)).isEqualTo(DENIED);
      }
    }
  }

  /** auth.jwt.rules_claim and auth.jwt.superuser_claim. */
  @Test
  void claimsOfOtherNamesSayWhatATokenMay() throws Exception {
    TokenIssuer issuer = TokenIssuer.ec("one");
    Path keys = Files.writeString(folder.resolve("keys"), issuer.pem());
    apply(
        "allow_anonymous=false\nauth.jwt.rules_claim=may\nauth.jwt.superuser_claim=root\n"
            + "auth.jwt.keyfile="
            + keys);
    for (boolean root : new boolean[] {false, true}) {
      Map<String, Object> claims = TokenIssuer.claims("ann", Duration.ofHours(1));
      claims.put("may", Map.of("pub", List.of("a")));
      claims.put("root", root);
      try (RawClient client = broker.raw(5)) {
        assertThat(client.connect("c", "u", issuer.token(claims)).receive(CONNACK).at(1)).isZero();
        assertThat(isDenied(client, "a")).isFalse();
        assertThat(isDenied(client, "b")).isEqualTo(!root);
      }
    }
  }

  private static final List<String> GROUPS =
      List.of(
          "FIELD",
          "and = [{ FIELD }]",
          "and = [{ and = [{ FIELD }] }]",
          "and = [{ or = [{ FIELD }] }]",
          "or = [{ FIELD }]",
          "or = [{ and = [{ FIELD }] }]",
          "or = [{ or = [{ FIELD }] }]");

  /**
   * permit, action, topics, username, clientid and ipaddr of a set's rules, in each group, and its
   * no_match: of each field one rule is about this client, and one about another.
   */
  @Test
  void rulesOfASetAreAboutWhomTheySay() throws Exception {
    Map<String, List<String>> fields =
        Map.of(
            "username", List.of("ann", "bob"),
            "clientid", List.of("c1", "c2"),
            "ipaddr", List.of("127.0.0.0/8", "10.0.0.0/8"));
    StringBuilder rules = new StringBuilder();
    for (int group = 0; group < GROUPS.size(); group++) {
      for (String field : fields.keySet()) {
        for (String value : fields.get(field)) {
          String who = GROUPS.get(group).replace("FIELD", field + " = \"" + value + "\"");
          rules.append(
              "{ permit = allow, action = publish, topics = [\"%s\"], %s }\n"
                  .formatted(topic(group, field, value), who));
        }
      }
    }
    apply(
        """
        listeners.tcp { bind = "127.0.0.1:0", auth.acl = own }
        auth.acl_sets.own { no_match = deny, rules = [
        %s] }
        """
            .formatted(rules));
    try (RawClient client = broker.raw(5).connect("c1", "ann", "x")) {
      client.receive(CONNACK);
      for (int group = 0; group < GROUPS.size(); group++) {
        for (String field : fields.keySet()) {
          List<String> values = fields.get(field);
          String in = GROUPS.get(group) + " " + field;
          assertThat(isDenied(client, topic(group, field, values.get(0)))).as(in).isFalse();
          assertThat(isDenied(client, topic(group, field, values.get(1)))).as(in).isTrue();
        }
      }
      assertThat(client.subscribe(1, topic(0, "username", "ann"), 0).receive(9).at(3))
          .as("it may publish")
          .isEqualTo(DENIED);
    }
  }

  private static String topic(int group, String field, String value) {
    return group + "/" + field + "/" + value;
  }

  /** acl_nomatch, acl_deny_action and acl_enable; and what later versions call the first two. */
  @Test
  void rulesInKeyValueCountUnlessTheyAreSwitchedOff() throws Exception {
    String rule = "acl.rule.1={\"permit\": \"allow\", \"topics\": [\"a\"]}\n";
    for (String text :
        List.of(
            rule + "acl_enable=true\nacl_nomatch=deny",
            "authorization { no_match = deny }\nauth.acl.rules = [{permit = allow, topics = [a]}]")) {
      apply(text);
      try (RawClient client = broker.raw(5).connected("c", true)) {
        assertThat(isDenied(client, "a")).isFalse();
        assertThat(isDenied(client, "b")).isTrue();
      }
    }
    for (String text :
        List.of(
            rule + "acl_nomatch=deny\nacl_deny_action=disconnect",
            "authorization { no_match = deny, deny_action = disconnect }\nmqtt { max_qos_allowed = 2 }")) {
      apply(text);
      try (RawClient client = broker.raw(5).connected("c", true)) {
        client.publish("b", 1, 1, new byte[1]);
        assertThat(client.receive(DISCONNECT).at(0)).isEqualTo(DENIED);
      }
    }
    apply(rule + "acl_enable=false\nacl_nomatch=deny\nacl_deny_action=disconnect");
    try (RawClient client = broker.raw(5).connected("c", true)) {
      assertThat(isDenied(client, "b")).isFalse();
    }
  }

  /** auth.cache.enable, auth.cache.max_size and auth.http_auth.cache_ttl. */
  @Test
  void aWebServerIsAskedAgainWhereNothingIsRemembered() throws Exception {
    String text =
        "auth { http_auth { cache_ttl = %s\n auth_req { url = \"%s\", method = post, params.u = \"%%u\" }\n"
            + "acl_req { url = \"%s\", method = post, params.t = \"%%t\" } }\n cache { %s } }";
    try (WebPeer peer = new WebPeer(WebPeer.says(200))) {
      String[] urls = {peer.url("/auth"), peer.url("/acl")};
      apply(text.formatted("0s", urls[0], urls[1], "ttl = 1h"));
      assertThat(asked(peer)).containsExactly(2L, 12L);
      apply(text.formatted("1h", urls[0], urls[1], "enable = false"));
      assertThat(asked(peer)).as("cache_ttl remembers both").containsExactly(1L, 12L);
      apply(text.formatted("0s", urls[0], urls[1], "enable = false"));
      assertThat(asked(peer)).containsExactly(2L, 24L);
      apply(text.formatted("0s", urls[0], urls[1], "max_size = 1, ttl = 1h"));
      assertThat(asked(peer).get(1)).as("four are the fewest").isBetween(16L, 24L);
    }
  }

  /** Two connect, one after the other, and the first publishes to twelve topics, twice. */
  private List<Long> asked(WebPeer peer) {
    peer.asked().clear();
    for (int i = 0; i < 2; i++) {
      try (RawClient client = broker.raw(5)) {
        assertThat(client.connect("c1", "ann", "x").receive(CONNACK).at(1)).isZero();
        for (int topic = 0; i == 0 && topic < 24; topic++) {
          assertThat(isDenied(client, "t" + topic % 12)).isFalse();
        }
      }
    }
    return List.of(
        peer.asked().stream().filter(request -> request.contains("/auth")).count(),
        peer.asked().stream().filter(request -> request.contains("/acl")).count());
  }

  /** system.parallel. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void soManyQuestionsAreOpenAtOnce(int parallel) throws Exception {
    String text =
        "system.parallel = %d\nauth.http_auth.auth_req { url = \"%s\", method = post, params.u = \"%%u\" }";
    try (WebPeer peer = new WebPeer(WebPeer.HANGS)) {
      if (parallel == 1) {
        peer.does(peer.saysLater(200, 20));
      }
      apply(text.formatted(parallel, peer.url("/auth")));
      try (RawClient one = broker.raw(4).connect("1", "ann", "x");
          RawClient two = broker.raw(4).connect("2", "ann", "x");
          RawClient three = broker.raw(4).connect("3", "ann", "x")) {
        TestBroker.soon().until(() -> peer.asked().size() == 3);
        assertThat(peer.mostOpen()).isEqualTo(parallel);
        for (RawClient client : List.of(one, two, three)) {
          assertThat(parallel > 1 || client.isAccepted()).isTrue();
        }
      }
    }
  }

  /** keyfile, certfile and cacertfile of auth_req, super_req and acl_req. */
  @ParameterizedTest
  @ValueSource(strings = {"tls", "ssl"})
  void webServersAreShownACertificateAndHaveToHaveOne(String section) throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    certificates.issue("web", -1, 30);
    HttpServerOptions strict =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(KeyCertOptions.wrap(certificates.identity("web")))
            .setClientAuth(ClientAuth.REQUIRED)
            .setTrustOptions(TrustOptions.wrap(certificates.trust().getTrustManagers()[0]));
    String own =
        "keyfile = \"%s\", certfile = \"%s\""
            .formatted(certificates.key("web"), certificates.certificate("web"));
    String authority = "cacertfile = \"%s\"".formatted(certificates.authority());
    try (WebPeer peer = new WebPeer(WebPeer.says(200), strict)) {
      StringBuilder text = new StringBuilder();
      for (String request : List.of("auth_req", "super_req", "acl_req")) {
        text.append(
            "auth.http_auth.%s { url = \"%s\", method = post, params.x = \"%%u\", %s { %s } }\n"
                .formatted(request, peer.url("/" + request), section, own + ", " + authority));
      }
      peer.does((request, body) -> says(request.path()).meet(request, body));
      apply(text.toString());
      assertThat(paths(peer)).containsExactly("/auth_req", "/super_req", "/acl_req");
      for (String request : List.of("auth_req", "super_req", "acl_req")) {
        String part = section.equals("tls") ? own + ", " : authority;
        int from = text.indexOf(request);
        apply(text.substring(0, from) + text.substring(from).replaceFirst(Pattern.quote(part), ""));
        assertThat(paths(peer)).as(request + " without " + part).doesNotContain("/" + request);
      }
    }
  }

  private static WebPeer.Manner says(String path) {
    return WebPeer.says(path.equals("/super_req") ? 403 : 200);
  }

  /** What is asked when a client connects and publishes, as far as it gets. */
  private List<String> paths(WebPeer peer) {
    peer.asked().clear();
    try (RawClient client = broker.raw(5)) {
      if (client.connect("c1", "ann", "x").receive(CONNACK).at(1) == 0) {
        publish(client, "t");
      }
    }
    return peer.asked().stream().map(request -> request.split(" ")[1]).toList();
  }
}
