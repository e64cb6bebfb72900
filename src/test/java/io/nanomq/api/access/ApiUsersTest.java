package io.nanomq.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.nanomq.api.ApiResources;
import io.nanomq.api.LiveConf;
import io.nanomq.api.event.EventReader;
import io.nanomq.api.route.ApiEndpoint;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.authn.LoginGuard;
import io.nanomq.control.access.ApiAccounts;
import io.nanomq.control.access.Role;
import io.nanomq.control.access.StoredApiAccounts;
import io.quarkus.arc.Arc;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Users of the API with roles, and keys of programs. */
@QuarkusTest
class ApiUsersTest {
  private static final String ROOT = ApiRoutes.ROOT;
  private static final String USERS = ROOT + "/api_users";
  private static final String KEYS = ROOT + "/api_keys";

  @Inject LiveConf live;
  @Inject StoredApiAccounts accounts;
  @Inject LoginGuard logins;

  /** Each password costs a hash, on purpose: whom no test has changed is there for the next. */
  private static final Map<String, ApiAccounts.User> THREE = new HashMap<>();

  @BeforeEach
  void addUsers() {
    Map.of("vera", "viewer", "otto", "operator", "anna", "admin")
        .forEach(
            (name, role) -> {
              if (accounts.current().user(name).isEmpty()) {
                add(name, role).then().statusCode(200);
                THREE.put(name, accounts.current().user(name).orElseThrow());
              }
            });
  }

  @AfterEach
  void removeOthers() {
    accounts.current().users().stream()
        .filter(user -> !user.equals(THREE.get(user.username())))
        .forEach(user -> remove(live, USERS + "/" + user.username()));
    accounts.current().keys().forEach(key -> remove(live, KEYS + "/" + key.id()));
  }

  @AfterAll
  static void removeAll() {
    LiveConf live = Arc.container().instance(LiveConf.class).get();
    THREE.keySet().forEach(name -> remove(live, USERS + "/" + name));
    THREE.clear();
    var accounts = Arc.container().instance(StoredApiAccounts.class).get();
    assertThat(accounts.current()).isEqualTo(ApiAccounts.NONE);
  }

  private static void remove(LiveConf live, String path) {
    live.admin().delete(path).then().statusCode(200);
  }

  private RequestSpecification admin() {
    return live.admin();
  }

  private RequestSpecification as(String user, String password) {
    return live.anonymous().auth().preemptive().basic(user, password);
  }

  private io.restassured.response.Response add(String user, String role) {
    var body = Map.of("username", user, "password", "pw-" + user, "role", role);
    return admin().contentType("application/json").body(body).post(USERS);
  }

  /** What each role may, and what takes more (403): user, method, path, body, status. */
  private static final String MAY =
      """
      vera, GET, /clients, '', 200
      vera, GET, /banned, '', 200
      vera, GET, /api_users, '', 403
      vera, GET, /api_keys, '', 403
      vera, DELETE, /clients/nobody, '', 403
      vera, POST, /mqtt/publish, '{"topic":"t","payload":""}', 403
      vera, POST, /configuration, '{"data":{}}', 403
      vera, POST, /restart, '', 403
      vera, POST, /restart/, '', 403
      vera, POST, /./restart, '', 404
      vera, POST, /%72estart, '', 404
      vera, POST, /restart;a=b, '', 404
      vera, POST, /Restart, '', 404
      vera, HEAD, /api_users, '', 405
      vera, OPTIONS, /api_users, '', 405
      vera, GET, /api_users/, '', 403
      vera, PATCH, /api_users, '', 405
      vera, GET, /traces, '', 200
      vera, POST, /traces, '{"type":"clientid","value":"c"}', 403
      vera, DELETE, /traces/1, '', 403
      otto, POST, /traces, '{}', 400
      otto, DELETE, /traces/1, '', 400
      otto, GET, /clients, '', 200
      otto, DELETE, /clients/nobody, '', 404
      otto, DELETE, /retained?topic=none, '', 200
      otto, POST, /mqtt/publish, '{"topic":"t","payload":""}', 200
      otto, DELETE, /banned/clientid/nobody, '', 404
      otto, POST, /configuration, '{"data":{}}', 403
      otto, POST, /config_update, 'x', 403
      otto, POST, /restart, '', 403
      otto, POST, /stop, '', 403
      otto, POST, /api_users, '{}', 403
      otto, DELETE, /api_users/vera, '', 403
      otto, GET, /backup, '', 403
      otto, POST, /backup, '', 403
      otto, GET, /export, '', 403
      otto, GET, /import, '', 403
      otto, POST, /import, '', 403
      otto, DELETE, /backup/nosuch, '', 403
      anna, DELETE, /backup/nosuch, '', 400
      anna, GET, /api_users, '', 200
      anna, POST, /api_users, '{}', 400
      anna, POST, /restart, '', 200
      """;

  /** One test: users cost hashes, and these are not changed by any row. */
  @Test
  void eachRoleMayWhatItMay() {
    for (String row : MAY.lines().toList()) {
      String[] part = row.split(", ");
      String body = part[3].replace("'", "");
      var answer =
          as(part[0], "pw-" + part[0])
              .urlEncodingEnabled(false)
              .body(body)
              .request(part[1], ROOT + part[2]);
      assertThat(answer.statusCode()).as(row).isEqualTo(Integer.parseInt(part[4]));
      if (answer.statusCode() == 403) {
        assertThat(LiveConf.code(answer)).as(row).isEqualTo(102);
      }
    }
  }

  /** What changes something and is no administrator's, and the other way round; nothing else is. */
  private static final Map<String, Role> EXCEPTIONS =
      Map.ofEntries(
          Map.entry("login", Role.VIEWER),
          Map.entry("check_acl", Role.VIEWER),
          Map.entry("change_api_password", Role.VIEWER),
          Map.entry("list_backups", Role.ADMIN),
          Map.entry("export", Role.ADMIN),
          Map.entry("import_progress", Role.ADMIN),
          Map.entry("list_api_users", Role.ADMIN),
          Map.entry("list_api_keys", Role.ADMIN));

  private static final Set<String> OPERATORS =
      Set.of(
          "POST /banned",
          "DELETE /banned/:as/:who",
          "DELETE /clients",
          "DELETE /clients/:clientid",
          "POST /mqtt/publish",
          "POST /mqtt/publish_batch",
          "POST /mqtt/subscribe",
          "POST /mqtt/subscribe_batch",
          "POST /mqtt/unsubscribe",
          "POST /mqtt/unsubscribe_batch",
          "POST /redirect",
          "POST /traces",
          "DELETE /traces/:id",
          "DELETE /retained");

  /** Each endpoint that there is, by everybody whose role is not enough. */
  @Test
  void noEndpointIsOpenToWhoHasNotItsRole() {
    for (ApiEndpoint endpoint : ApiResources.ENDPOINTS.listed()) {
      String path = endpoint.path().replaceAll("/$", "");
      String name = endpoint.method() + " " + path;
      boolean isRead = endpoint.method().equals("GET");
      Role usual = isRead ? Role.VIEWER : OPERATORS.contains(name) ? Role.OPERATOR : Role.ADMIN;
      assertThat(endpoint.role())
          .as(name)
          .isEqualTo(EXCEPTIONS.getOrDefault(endpoint.name(), usual));
      String request = ROOT + path.replaceAll(":\\w+", "x");
      for (String user : List.of("vera", "otto")) {
        Role role = user.equals("vera") ? Role.VIEWER : Role.OPERATOR;
        if (role.compareTo(endpoint.role()) < 0) {
          var answer = as(user, "pw-" + user).body("{}").request(endpoint.method(), request);
          assertThat(answer.statusCode()).as(user + " " + name).isEqualTo(403);
          assertThat(LiveConf.code(answer)).as(user + " " + name).isEqualTo(102);
        }
      }
    }
  }

  @Test
  void secretsOfTheConfigurationAreForAdministrators() {
    String field = "data.http_server.password";
    as("vera", "pw-vera").get(ROOT + "/configuration").then().body(field, equalTo("******"));
    as("otto", "pw-otto").get(ROOT + "/configuration").then().body(field, equalTo("******"));
    as("anna", "pw-anna").get(ROOT + "/configuration").then().body(field, equalTo("public"));
  }

  @Test
  void wrongPasswordsOpenNothing() {
    as("vera", "pw-otto").get(ROOT + "/nodes").then().statusCode(401).body("code", equalTo(103));
    as("nobody", "pw-vera").get(ROOT + "/nodes").then().statusCode(401);
    String hash = accounts.current().user("vera").orElseThrow().password();
    as("vera", hash).get(ROOT + "/nodes").then().statusCode(401);
  }

  @Test
  void hashesAreAllThatIsKept() throws Exception {
    String text = Files.readString(live.folder().resolve("nanomq_api_users.json"));
    assertThat(text).contains("\"vera\"", "$7$").doesNotContain("pw-vera");
    String list = admin().get(USERS).asString();
    assertThat(list).contains("vera", "admin").doesNotContain("$7$");
  }

  /** A file with the new one alone would take all others away. */
  @Test
  void aFileThatVanishesTakesNobodyAway() throws Exception {
    Path file = live.folder().resolve("nanomq_api_users.json");
    String text = Files.readString(file);
    Files.delete(file);
    add("eve", "viewer").then().statusCode(500).body("code", equalTo(101));
    as("vera", "pw-vera").get(ROOT + "/nodes").then().statusCode(200);
    Files.writeString(file, text);
    add("eve", "viewer").then().statusCode(200);
    as("vera", "pw-vera").get(ROOT + "/nodes").then().statusCode(200);
  }

  @Test
  void theContractsCodesForUsers() {
    add("vera", "viewer").then().statusCode(400).body("code", equalTo(113));
    add("admin", "viewer").then().statusCode(400).body("code", equalTo(113));
    admin().delete(USERS + "/admin").then().statusCode(400).body("code", equalTo(106));
    admin().delete(USERS + "/nobody").then().statusCode(404).body("code", equalTo(105));
    add("a:b", "viewer").then().statusCode(400).body("code", equalTo(108));
  }

  @Test
  void onesOwnPasswordIsChangedWithTheOldOne() {
    String wrong = "{\"old_password\":\"x\",\"new_password\":\"y\"}";
    String right = "{\"old_password\":\"pw-vera\",\"new_password\":\"new\"}";
    as("vera", "pw-vera")
        .body(wrong)
        .put(USERS + "/vera/password")
        .then()
        .statusCode(400)
        .body("code", equalTo(114));
    as("vera", "pw-vera").body(right).put(USERS + "/otto/password").then().statusCode(403);
    as("vera", "pw-vera").body(right).put(USERS + "/vera/password").then().statusCode(200);
    as("vera", "pw-vera").get(ROOT + "/nodes").then().statusCode(401);
    as("vera", "new").get(ROOT + "/nodes").then().statusCode(200);
  }

  /** Whoever has found a token does not find out the password here. */
  @Test
  void theOldPasswordIsNotGuessedAtWithoutEnd() {
    String wrong = "{\"old_password\":\"x\",\"new_password\":\"y\"}";
    int answer = 400;
    for (int i = 0; i <= LoginGuard.MAX_FAILURES && answer == 400; i++) {
      answer = as("vera", "pw-vera").body(wrong).put(USERS + "/vera/password").statusCode();
    }
    assertThat(answer).isEqualTo(429);
    logins.forget("127.0.0.1");
    as("vera", "pw-vera").get(ROOT + "/nodes").then().statusCode(200);
  }

  @Test
  void anotherRoleCountsAtOnceAndEndsStreams() throws Exception {
    String basic =
        Base64.getEncoder().encodeToString("otto:pw-otto".getBytes(StandardCharsets.UTF_8));
    try (var reader = new EventReader(live.port(), "", "Basic " + basic)) {
      assertThat(reader.head.get(0)).contains("200");
      admin().body("{\"role\":\"viewer\"}").put(USERS + "/otto").then().statusCode(200);
      assertThat(reader.hasEnded()).isTrue();
    }
    as("otto", "pw-otto").delete(ROOT + "/clients/nobody").then().statusCode(403);
  }

  @Test
  void aKeyIsGoodUntilItEnds() {
    long until = Instant.now().getEpochSecond() + 3;
    String body = "{\"name\":\"board\",\"role\":\"viewer\",\"until\":" + until + "}";
    var made = admin().body(body).post(KEYS).then().statusCode(200).extract().jsonPath();
    String id = made.getString("data.id");
    String secret = made.getString("data.secret");
    as(id, secret).get(ROOT + "/nodes").then().statusCode(200);
    as(id, secret).delete(ROOT + "/clients/nobody").then().statusCode(403);
    as(id, "x" + secret).get(ROOT + "/nodes").then().statusCode(401).body("code", equalTo(103));
    var listed = admin().get(KEYS);
    assertThat(listed.asString()).contains(id).doesNotContain(secret);
    await().until(() -> LiveConf.code(as(id, secret).get(ROOT + "/nodes")) == 116);
    admin().delete(KEYS + "/" + id).then().statusCode(200);
    as(id, secret).get(ROOT + "/nodes").then().statusCode(401).body("code", equalTo(103));
  }
}
