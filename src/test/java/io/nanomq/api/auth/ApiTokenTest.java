package io.nanomq.api.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.nanomq.api.LiveConf;
import io.nanomq.api.LogLines;
import io.nanomq.api.event.EventReader;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.authn.LoginGuard;
import io.nanomq.config.setting.ConfException;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens in place of passwords, as the running configuration has it. */
@QuarkusTest
class ApiTokenTest {
  private static final String NODES = ApiRoutes.ROOT + "/nodes";
  private static final String JWT =
      "http_server.auth_type=jwt\nhttp_server.jwt.public.keyfile=our.pub\n";
  private static final String LOGIN =
      JWT + "http_server.jwt.private.keyfile=our.key\nhttp_server.jwt.lifetime=5m\n";

  @Inject LiveConf live;
  @Inject LoginGuard logins;

  private static KeyPair first;
  private KeyPair pair;

  @BeforeAll
  static void makeKeys() throws Exception {
    first = TestTokens.keyPair(2048);
  }

  @BeforeEach
  void keys() throws Exception {
    pair = first;
    write(pair);
  }

  @AfterEach
  void asBefore() throws Exception {
    logins.forget("127.0.0.1");
    live.apply("");
    Files.deleteIfExists(live.folder().resolve("our.pub"));
    Files.deleteIfExists(live.folder().resolve("our.key"));
  }

  @Test
  void answersAreThoseOfTheReference() throws Exception {
    live.apply(JWT);

    live.bearer(token("our.pub", 3600)).get(NODES).then().statusCode(200).body("code", equalTo(0));
    live.bearer(token("our.pub", -100)).get(NODES).then().statusCode(200);
    refused(token("our.pub", -3600), 116);
    refused(token("nanomq", 3600), 103);
    refused("abc", 103);
    live.anonymous().get(NODES).then().statusCode(401).body("code", equalTo(104));
    live.admin().get(NODES).then().statusCode(401).body("code", equalTo(104));
    // NanoMQ takes this one.
    String none = "{\"alg\":\"none\",\"typ\":\"JWT\"}";
    refused(TestTokens.signed(none, claims("our.pub", 3600), pair.getPrivate()), 103);
  }

  @Test
  void aStreamOfEventsEndsWithItsToken() throws Exception {
    live.apply(JWT);
    String token = token("our.pub", 3 - TokenVerifier.LEEWAY_SECONDS);

    try (var reader = new EventReader(live.port(), "", "Bearer " + token)) {
      assertThat(reader.head.get(0)).contains("200");
      assertThat(reader.hasEnded()).isTrue();
    }
    refused(token, 116);
  }

  @Test
  @Timeout(60)
  void aStreamOfEventsEndsWithTheKeysOfItsToken() throws Exception {
    live.apply(JWT);
    try (var reader = new EventReader(live.port(), "", "Bearer " + token("our.pub", 3600))) {
      assertThat(reader.head.get(0)).contains("200");
      write(TestTokens.keyPair(2048));
      assertThat(reader.hasEnded()).isTrue();
    }
    write(pair);
    live.apply(JWT + "msq_len=8\n");
    try (var reader = new EventReader(live.port(), "", "bearer " + token("our.pub", 3600))) {
      assertThat(reader.head.get(0)).contains("200");
      live.apply(JWT.replace("=jwt", "=basic"));
      assertThat(reader.hasEnded()).isTrue();
    }
  }

  @Test
  void aTokenOpensNothingWherePasswordsDo() throws Exception {
    live.apply(JWT);
    live.apply(JWT.replace("=jwt", "=basic"));

    refused(token("our.pub", 3600), 104);
    live.admin().get(NODES).then().statusCode(200);
  }

  @Test
  void aKeyThatIsReplacedHoldsWithoutARestart() throws Exception {
    live.apply(JWT);
    String old = token("our.pub", 3600);
    live.bearer(old).get(NODES).then().statusCode(200);
    pair = TestTokens.keyPair(2048);
    write(pair);
    String renewed = token("our.pub", 3600);

    Awaitility.await()
        // Not so often that the address is taken for somebody who guesses.
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> live.bearer(renewed).get(NODES).statusCode() == 200);
    refused(old, 103);
  }

  @Test
  void aKeyThatGetsLostOrBrokenLeavesTheOldOneInForce() throws Exception {
    live.apply(JWT);
    try (LogLines log = new LogLines("io.nanomq.listener.KeyFileWatch")) {
      Files.delete(live.folder().resolve("our.pub"));
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> log.lines().stream().anyMatch(line -> line.contains("our.pub")));
      live.file("our.pub", "no key");
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> log.lines().stream().anyMatch(line -> line.contains("no public key")));
    }

    live.bearer(token("our.pub", 3600)).get(NODES).then().statusCode(200);
    live.anonymous().get(NODES).then().statusCode(401);
  }

  @Test
  void withoutAGoodKeyNothingChanges() throws Exception {
    assertThatThrownBy(() -> live.apply(JWT.replace("our.pub", "nope.pub")))
        .hasCauseInstanceOf(ConfException.class)
        .hasMessageContaining("http_server.jwt.public.keyfile = nope.pub cannot be read");
    live.file("our.pub", "no key");
    assertThatThrownBy(() -> live.apply(JWT)).hasMessageContaining("holds no public key");
    write(TestTokens.keyPair(1024));
    assertThatThrownBy(() -> live.apply(JWT)).hasMessageContaining("1024 bits");
    write(pair);
    live.file("our.key", "no key");
    assertThatThrownBy(() -> live.apply(LOGIN)).hasMessageContaining("holds no private key");

    live.admin().get(NODES).then().statusCode(200);
    live.anonymous().get(NODES).then().statusCode(401);
  }

  @Test
  void theFileNamesTheIssuer() throws Exception {
    live.apply(JWT);
    live.file("other.pub", TestTokens.pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    live.apply(JWT.replace("our.pub", "other.pub"));

    live.bearer(token("other.pub", 3600)).get(NODES).then().statusCode(200);
    refused(token("our.pub", 3600), 103);
  }

  @Test
  void aLoginGivesATokenThatOpensTheApi() throws Exception {
    live.apply(LOGIN);

    var answer = live.admin().post(ApiRoutes.LOGIN);

    answer
        .then()
        .statusCode(200)
        .header("Content-Type", equalTo("application/json"))
        .header("Cache-Control", equalTo("no-store"))
        .body("code", equalTo(0))
        .body("data.token_type", equalTo("Bearer"))
        .body("data.expires_in", equalTo(300));
    String token = answer.path("data.token");
    live.bearer(token).get(NODES).then().statusCode(200);
    live.bearer(token).get(ApiRoutes.ROOT).then().body("data.path", hasItem("/login/"));
  }

  @Test
  void aLoginIsThereOnlyWhereItIsOfUse() throws Exception {
    live.admin().post(ApiRoutes.LOGIN).then().statusCode(404).body("code", equalTo(102));
    live.admin().get(ApiRoutes.ROOT).then().body("data.path", not(hasItem("/login/")));
    live.apply(JWT);

    live.bearer(token("our.pub", 60)).post(ApiRoutes.LOGIN).then().statusCode(404);
    live.admin().post(ApiRoutes.LOGIN).then().statusCode(401).body("code", equalTo(104));
  }

  @Test
  void aLoginWantsAPassword() throws Exception {
    live.apply(LOGIN);

    live.anonymous().post(ApiRoutes.LOGIN).then().statusCode(401).body("code", equalTo(104));
    live.bearer(token("our.pub", 60))
        .post(ApiRoutes.LOGIN + "/")
        .then()
        .statusCode(401)
        .body("code", equalTo(104));
    live.bearer(token("our.pub", 60)).get(ApiRoutes.LOGIN).then().statusCode(405);
  }

  @Test
  void failedLoginsAndTokensAreCounted() throws Exception {
    live.apply(LOGIN);
    for (int i = 0; i < LoginGuard.MAX_FAILURES / 2; i++) {
      wrong().post(ApiRoutes.LOGIN).then().statusCode(401).body("code", equalTo(103));
      refused("a.b.c", 103);
    }

    live.admin()
        .post(ApiRoutes.LOGIN)
        .then()
        .statusCode(429)
        .header("Retry-After", not(equalTo("0")))
        .body("message", containsString("Too many failed logins"));
  }

  @Test
  void theLogSaysWho() throws Exception {
    live.apply(LOGIN);
    try (LogLines log = new LogLines("io.nanomq.audit")) {
      live.admin().post(ApiRoutes.LOGIN);
      wrong().post(ApiRoutes.LOGIN);
      String claims = "{\"sub\":\"ann\\n\"," + claims("our.pub", 60).substring(1);
      String token = TestTokens.signed(TestTokens.RS256, claims, pair.getPrivate());
      live.bearer(token).delete(ApiRoutes.ROOT + "/clients/nobody").then().statusCode(404);

      Awaitility.await().until(() -> log.lines().size() >= 3);
      assertThat(log.lines())
          .containsExactly(
              "POST /api/v4/login by admin from 127.0.0.1: 200",
              "POST /api/v4/login by unknown from 127.0.0.1: 401",
              "DELETE /api/v4/clients/nobody by ann? from 127.0.0.1: 404");
    }
  }

  @Test
  void proxiesThatAreTrustedSayWhereARequestCameFrom() throws Exception {
    logins.failed("198.51.100.7");
    for (int i = 1; i < LoginGuard.MAX_FAILURES; i++) {
      logins.failed("198.51.100.7");
    }
    // Nobody is trusted by default.
    live.admin().header("X-Forwarded-For", "198.51.100.7").get(NODES).then().statusCode(200);
    live.apply("http_server.trusted_proxies=127.0.0.0/8\n");

    live.admin().header("X-Forwarded-For", "198.51.100.7").get(NODES).then().statusCode(429);
    live.admin().header("X-Forwarded-For", "198.51.100.8").get(NODES).then().statusCode(200);
    live.admin().get(NODES).then().statusCode(200);
    logins.forget("198.51.100.7");
  }

  private RequestSpecification wrong() {
    return live.anonymous().auth().preemptive().basic("admin", "wrong");
  }

  private void refused(String token, int code) {
    live.bearer(token).get(NODES).then().statusCode(401).body("code", equalTo(code));
  }

  private String token(String issuer, long seconds) throws Exception {
    return TestTokens.signed(TestTokens.RS256, claims(issuer, seconds), pair.getPrivate());
  }

  private static String claims(String issuer, long seconds) {
    long exp = Instant.now().getEpochSecond() + seconds;
    return "{\"iss\":\"" + issuer + "\",\"exp\":" + exp + "}";
  }

  private void write(KeyPair keys) throws Exception {
    live.file("our.key", TestTokens.pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    live.file("our.pub", TestTokens.pem("PUBLIC KEY", keys.getPublic().getEncoded()));
  }
}
