package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.authn.ClientIdentity;
import io.nanomq.backend.WebPeer;
import io.nanomq.config.Confs;
import io.nanomq.config.NanomqConf;
import io.nanomq.limit.Ban;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens (JWT) in place of passwords. */
@Timeout(120)
class C22TokenTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final TokenIssuer RSA = TokenIssuer.rsa("one");
  private static final TokenIssuer EC = TokenIssuer.ec("two");
  private static final int CONNACK = 2;
  private static final int DISCONNECT = 14;

  @TempDir Path folder;
  private final TestBroker broker = TestBroker.start();

  @AfterEach
  void close() {
    broker.close();
  }

  private void apply(String text) throws Exception {
    NanomqConf conf = Confs.load("allow_anonymous=false\n" + text).conf();
    broker.reconfigure(conf);
  }

  private void applyKey(String key, String more) throws Exception {
    Path file = Files.writeString(folder.resolve("keys"), key);
    apply("auth.jwt.keyfile=" + file + "\n" + more);
  }

  private int connack(String user, String token) {
    try (RawClient client = broker.raw(5)) {
      return client.connect("c1", user, token).receive(CONNACK).at(1);
    }
  }

  private static Map<String, Object> claims() {
    return TokenIssuer.claims("ann", HOUR);
  }

  @Test
  void tokensOfBothKindsLetInTheirSubject() throws Exception {
    applyKey(TokenIssuer.jwks(RSA, EC), "");
    for (TokenIssuer issuer : List.of(RSA, EC)) {
      try (RawClient client = broker.raw(4)) {
        int code = client.connect("c1", "any", issuer.token(claims())).receive(CONNACK).at(1);
        assertThat(code).isZero();
        ClientIdentity identity = broker.broker().sessions().find("c1").identity();
        assertThat(identity.user()).isEqualTo("ann");
        assertThat(identity.isProven()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pem", "jwks"})
  void whatIsWrongLetsNobodyIn(String form) throws Exception {
    applyKey(form.equals("pem") ? RSA.pem() : TokenIssuer.jwks(RSA), "");
    assertThat(connack("u", RSA.token(claims()))).isZero();
    assertThat(connack("u", TokenIssuer.rsa("one").token(claims()))).isEqualTo(0x86);
    assertThat(connack("u", RSA.confused(claims()))).isEqualTo(0x86);
    String none = "eyJhbGciOiJub25lIn0." + RSA.token(claims()).split("\\.")[1] + ".";
    assertThat(connack("u", none)).isEqualTo(0x86);
    assertThat(connack("u", RSA.token(TokenIssuer.claims("ann", Duration.ofMinutes(-5)))))
        .isEqualTo(0x86);
    Map<String, Object> endless = claims();
    endless.remove("exp");
    assertThat(connack("u", RSA.token(endless))).isEqualTo(0x86);
    Map<String, Object> early = claims();
    early.put("nbf", System.currentTimeMillis() / 1000 + 600);
    assertThat(connack("u", RSA.token(early))).isEqualTo(0x86);
    Map<String, Object> nobody = claims();
    nobody.remove("sub");
    assertThat(connack("u", RSA.token(nobody))).isEqualTo(0x86);
    Map<String, Object> rules = claims();
    rules.put("acl", "everything");
    assertThat(connack("u", RSA.token(rules))).isEqualTo(0x86);
  }

  @Test
  void audienceIssuerAndFurtherClaimsHaveToBeRight() throws Exception {
    String hocon =
        "auth { allow_anonymous = false, jwt { keyfile = \"%s\", audience = [broker, other]\n"
            + "issuer = \"https://i\", claims { client = \"%%c\" } } }\n";
    Path file = Files.writeString(folder.resolve("keys"), RSA.pem());
    broker.reconfigure(Confs.load(String.format(hocon, file)).conf());
    Map<String, Object> right = claims();
    right.putAll(Map.of("aud", "broker", "iss", "https://i", "client", "c1"));
    assertThat(connack("u", RSA.token(right))).isZero();
    for (String claim : List.of("aud", "iss", "client")) {
      Map<String, Object> wrong = claims();
      wrong.putAll(right);
      wrong.put(claim, "else");
      assertThat(connack("u", RSA.token(wrong))).as(claim).isEqualTo(0x86);
      wrong.remove(claim);
      assertThat(connack("u", RSA.token(wrong))).as("no " + claim).isEqualTo(0x86);
    }
  }

  @Test
  void rulesAndSuperuserComeFromTheToken() throws Exception {
    applyKey(RSA.pem(), "auth.jwt.user_claim=name\n");
    Map<String, Object> claims = claims();
    claims.putAll(Map.of("name", "bob", "superuser", true, "acl", Map.of("pub", List.of("a/#"))));
    try (RawClient client = broker.raw(5)) {
      assertThat(client.connect("c1", "u", RSA.token(claims)).receive(CONNACK).at(1)).isZero();
      ClientIdentity identity = broker.broker().sessions().find("c1").identity();
      assertThat(identity.user()).isEqualTo("bob");
      assertThat(identity.superuser()).isTrue();
      assertThat(identity.rules()).hasSize(2);
      assertThat(identity.rules().get(0).topics()).containsExactly("a/#");
    }
  }

  /** With the token the connection ends. */
  @Test
  void whoseTokenEndsHasToGo() throws Exception {
    applyKey(RSA.pem(), "auth.jwt.clock_skew=0\n");
    while (true) {
      try (RawClient client = broker.raw(5)) {
        String token = RSA.token(TokenIssuer.claims("ann", Duration.ofSeconds(2)));
        // A slow machine may be too late with it.
        if (client.connect("c1", "u", token).receive(CONNACK).at(1) == 0) {
          assertThat(client.receive(DISCONNECT).at(0)).isEqualTo(0x87);
          return;
        }
      }
    }
  }

  /** As it does in Kubernetes: keys come and go, and are shown to whoever has a token of a pod. */
  @Test
  void keysOfAServerMayRotate() throws Exception {
    try (WebPeer issuer = new WebPeer(keys(RSA))) {
      Path bearer = Files.writeString(folder.resolve("bearer"), "pod-token\n");
      apply("auth.jwt.jwks_url=" + issuer.url("/jwks") + "\nauth.jwt.bearer_file=" + bearer + "\n");
      assertThat(connack("u", RSA.token(claims()))).isZero();
      assertThat(connack("u", EC.token(claims()))).as("not yet").isEqualTo(0x86);
      assertThat(issuer.asked()).as("who guesses keys makes nobody ask").hasSize(1);
    }
  }

  /**
   * A new key is taken as soon as it is seen, and whoever holds on to one that is gone has to go.
   */
  @Test
  void aKeyThatIsGoneTakesItsClientsAlong() throws Exception {
    try (WebPeer issuer = new WebPeer(keys(RSA));
        RawClient old = broker.raw(5);
        RawClient next = broker.raw(5)) {
      Path bearer = Files.writeString(folder.resolve("bearer"), "pod-token\n");
      apply(
          "auth.jwt.refresh=1\nauth.jwt.jwks_url="
              + issuer.url("/jwks")
              + "\nauth.jwt.bearer_file="
              + bearer
              + "\n");
      assertThat(old.connect("old", "u", RSA.token(claims())).receive(CONNACK).at(1)).isZero();
      issuer.does(keys(RSA, EC));
      rarely().until(() -> connack("u", EC.token(claims())) == 0);
      assertThat(next.connect("next", "u", EC.token(claims())).receive(CONNACK).at(1)).isZero();
      old.assertNothingMore();
      issuer.does(keys(EC));
      rarely().until(() -> connack("u", RSA.token(claims())) != 0);
      assertThat(old.receive(DISCONNECT).at(0)).isEqualTo(0x87);
      next.assertNothingMore();
    }
  }

  /** Though nobody else comes who would have them read. */
  @Test
  void aKeyThatIsGoneIsNoticedWhileNobodyComes() throws Exception {
    try (WebPeer issuer = new WebPeer(keys(RSA, EC));
        RawClient old = broker.raw(5);
        RawClient next = broker.raw(5)) {
      Path bearer = Files.writeString(folder.resolve("bearer"), "pod-token\n");
      String text = "auth.jwt.refresh=1\nauth.jwt.jwks_url=%s\nauth.jwt.bearer_file=%s\n";
      apply(text.formatted(issuer.url("/jwks"), bearer));
      assertThat(old.connect("old", "u", RSA.token(claims())).receive(CONNACK).at(1)).isZero();
      assertThat(next.connect("next", "u", EC.token(claims())).receive(CONNACK).at(1)).isZero();
      issuer.does(keys(EC));
      assertThat(old.receive(DISCONNECT).at(0)).isEqualTo(0x87);
      next.assertNothingMore();
    }
  }

  /** Nobody is judged by keys that are not there yet; by those that came everybody is. */
  @Test
  void whoIsInStaysUntilTheKeysOfAnotherPlaceAreRead() throws Exception {
    List<HttpServerRequest> waiting = new CopyOnWriteArrayList<>();
    try (WebPeer issuer = new WebPeer((request, body) -> waiting.add(request));
        RawClient one = broker.raw(5);
        RawClient two = broker.raw(5)) {
      applyKey(TokenIssuer.jwks(RSA, EC), "");
      assertThat(one.connect("one", "u", RSA.token(claims())).receive(CONNACK).at(1)).isZero();
      assertThat(two.connect("two", "u", EC.token(claims())).receive(CONNACK).at(1)).isZero();
      apply("auth.jwt.jwks_url=" + issuer.url("/jwks") + "\n");
      one.assertNothingMore();
      two.assertNothingMore();
      TestBroker.soon().until(() -> !waiting.isEmpty());
      waiting.get(0).response().end(TokenIssuer.jwks(EC));
      assertThat(one.receive(DISCONNECT).at(0)).isEqualTo(0x87);
      two.assertNothingMore();
    }
  }

  /** Read in another way, they are the same keys. */
  @Test
  void whereOnlyTheWayToTheKeysChangesTheyAreUsedOn() throws Exception {
    List<HttpServerRequest> waiting = new CopyOnWriteArrayList<>();
    try (WebPeer issuer = new WebPeer(keys(RSA));
        RawClient one = broker.raw(5)) {
      Path bearer = Files.writeString(folder.resolve("bearer"), "pod-token\n");
      String text =
          "auth.jwt.jwks_url=%s\nauth.jwt.bearer_file=%s\n".formatted(issuer.url("/jwks"), bearer);
      apply(text);
      assertThat(one.connect("one", "u", RSA.token(claims())).receive(CONNACK).at(1)).isZero();
      issuer.does((request, body) -> waiting.add(request));
      apply(text + "auth.jwt.refresh=50\n");
      one.assertNothingMore();
      assertThat(connack("u", RSA.token(claims()))).isZero();
      TestBroker.soon().until(() -> !waiting.isEmpty());
      waiting.get(0).response().setStatusCode(500).end();
      assertThat(connack("u", RSA.token(claims()))).isZero();
      one.assertNothingMore();
    }
  }

  /** What cannot be read lets nobody stay by keys of another place. */
  @Test
  void whoIsInHasToGoWhereTheKeysOfAnotherPlaceCannotBeRead() throws Exception {
    try (WebPeer issuer = new WebPeer(WebPeer.says(500));
        RawClient one = broker.raw(5)) {
      applyKey(TokenIssuer.jwks(RSA), "");
      assertThat(one.connect("one", "u", RSA.token(claims())).receive(CONNACK).at(1)).isZero();
      apply("auth.jwt.jwks_url=" + issuer.url("/jwks") + "\n");
      assertThat(one.receive(DISCONNECT).at(0)).isEqualTo(0x87);
    }
  }

  /** Wrong ones are counted, and after 20 nobody is asked. */
  private static ConditionFactory rarely() {
    return TestBroker.soon().pollInterval(Duration.ofMillis(200));
  }

  private static WebPeer.Manner keys(TokenIssuer... issuers) {
    return (request, body) -> {
      boolean isKnown = "Bearer pod-token".equals(request.getHeader("authorization"));
      request.response().setStatusCode(isKnown ? 200 : 401).end(TokenIssuer.jwks(issuers));
    };
  }

  @Test
  void whereNoKeysCanBeHadNobodyCanBeJudged() throws Exception {
    try (WebPeer issuer = new WebPeer(WebPeer.says(500))) {
      apply("auth.jwt.jwks_url=" + issuer.url("/jwks") + "\n");
      assertThat(connack("u", RSA.token(claims()))).isEqualTo(0x88);
    }
  }

  @Test
  void usersWithPasswordsGetInBesideTokens() throws Exception {
    applyKey(RSA.pem(), "auth.1.login=bob\nauth.1.password=two\n");
    assertThat(connack("bob", "two")).isZero();
    assertThat(connack("bob", "wrong")).isEqualTo(0x86);
    assertThat(connack("u", RSA.token(claims()))).isZero();
  }

  /** Who a token says it is, is known late: but not so late that somebody else is disconnected. */
  @Test
  void whoIsBannedTakesNobodysSessionOver() throws Exception {
    applyKey(RSA.pem(), "");
    var ban = new Ban(Ban.Kind.USERNAME, "ann", "admin", "", 0, Ban.FOREVER);
    broker.broker().bans().replace(List.of(ban));
    try (RawClient bob = broker.raw(5)) {
      String token = RSA.token(TokenIssuer.claims("bob", HOUR));
      assertThat(bob.connect("c1", "u", token).receive(CONNACK).at(1)).isZero();
      assertThat(connack("u", RSA.token(claims()))).isEqualTo(0x8A);
      bob.assertNothingMore();
    }
  }
}
