package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.nanomq.TestConf;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.codec.PacketType;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.Reconciler;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.nanomq.it.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the API says about access rules, keeps of them, and does under them. */
@QuarkusTest
class ApiAccessTest {
  private static final String HOCON =
      """
      listeners.tcp { bind = "127.0.0.1:0" }
      listeners.ws { enable = false }
      http_server { port = 0, ip_addr = "127.0.0.1" }
      auth {
        no_match = deny
        acl.rules = [
          {permit = allow, topics = ["own/${clientid}/#"]}
          {permit = deny, username = joe, action = subscribe, topics = ["a/#"]}
          {permit = allow, ipaddr = "10.0.0.0/8"}
          {permit = allow, topics = ["a/+"]}
        ]
        acl_sets.guests.rules = [{permit = allow, topics = ["guests"]}]
      }
      listeners.tcp.auth.acl = guests
      """;

  @Inject HttpListener http;
  @Inject Reconciler reconciler;
  @Inject ConfInputs inputs;
  @Inject RunningBroker running;

  private Path document;

  @BeforeEach
  void rules() throws Exception {
    document = inputs.workingDirectory().resolve("nanomq.conf");
    apply(HOCON);
  }

  @AfterEach
  void asBefore() throws Exception {
    apply(TestConf.DOCUMENT);
  }

  private void apply(String text) throws Exception {
    Files.writeString(document, text);
    reconciler.apply("restart").toCompletableFuture().get();
  }

  private ValidatableResponse post(String path, String body) {
    return given()
        .baseUri("http://127.0.0.1")
        .port(http.port())
        .header("Authorization", "Basic YWRtaW46cHVibGlj")
        .body(body)
        .post(ApiRoutes.ROOT + path)
        .then();
  }

  @ParameterizedTest
  @CsvSource({
    "c, joe, 127.0.0.1, publish, own/c/x, allow, 7",
    "c, joe, 127.0.0.1, publish, own/d/x, deny, 0",
    "c, joe, 127.0.0.1, subscribe, a/b, deny, 8",
    "c, joe, 10.1.2.3, subscribe, a/#, deny, 8",
    "c, ann, 10.1.2.3, subscribe, a/#, allow, 9",
    "c, ann, 127.0.0.1, subscribe, a/#, deny, 0",
    "c, ann, 127.0.0.1, subscribe, $share/g/a/+, allow, 10",
  })
  void saysWhichRuleDecides(
      String client,
      String user,
      String address,
      String action,
      String topic,
      String verdict,
      int line) {
    String body =
        """
        {"clientid":"%s","username":"%s","ipaddr":"%s","action":"%s","topic":"%s"}
        """
            .formatted(client, user, address, action, topic);
    ValidatableResponse answer =
        post("/acl/check", body)
            .statusCode(200)
            .body("code", equalTo(0))
            .body("data.verdict", equalTo(verdict));
    if (line == 0) {
      answer
          .body("data.reason", equalTo("no_match"))
          .body("data.rule", nullValue())
          .body("data.message", equalTo("no rule matches, and no_match = deny"));
    } else {
      answer
          .body("data.rule.line", equalTo(line))
          .body("data.rule.source", endsWith("nanomq.conf"))
          .body("data.message", containsString("nanomq.conf:" + line));
    }
  }

  @Test
  void aListenerHasRulesOfItsOwn() {
    String body = "{\"clientid\":\"c\",\"action\":\"publish\",\"topic\":\"guests\"%s}";
    post("/acl/check", body.formatted("")).body("data.verdict", equalTo("deny"));
    post("/acl/check", body.formatted(",\"listener\":\"tcp\""))
        .body("data.verdict", equalTo("allow"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"action\":\"publish\",\"topic\":\"a\"} | 107",
        "{\"clientid\":\"c\",\"topic\":\"a\"} | 107",
        "{\"clientid\":\"c\",\"action\":\"publish\"} | 107",
        "{\"clientid\":\"c\",\"action\":\"eat\",\"topic\":\"a\"} | 108",
        "{\"clientid\":\"c\",\"action\":\"publish\",\"topic\":\"a\",\"ipaddr\":\"here\"} | 108",
        "{\"clientid\":\"c\",\"action\":\"publish\",\"topic\":\"a/#\"} | 115",
        "{\"clientid\":\"c\",\"action\":\"subscribe\",\"topic\":\"$share//a\"} | 115",
        "[] | 109"
      })
  void whatIsNoQuestionIsRefused(String body, int code) {
    post("/acl/check", body).statusCode(400).body("code", equalTo(code));
  }

  @Test
  void onlyTheBrokerPublishesItsOwnTopics() {
    post("/acl/check", "{\"clientid\":\"c\",\"action\":\"publish\",\"topic\":\"$SYS/a\"}")
        .body("data.verdict", equalTo("deny"))
        .body("data.reason", equalTo("brokers_own"));
  }

  /** An edit of something else keeps what stands there, placeholders too. */
  @Test
  void rulesAndPlaceholdersStayAsTheyAre() throws Exception {
    post("/configuration", "{\"data\":{\"msq_len\":77}}").statusCode(200);
    assertThat(Files.readString(document))
        .contains("topics = [\"own/${clientid}/#\"]")
        .contains("77");
    post("/config_update", HOCON.replace("a/+", "b/${username}")).statusCode(200);
    reconciler.apply("restart").toCompletableFuture().get();
    post(
            "/acl/check",
            "{\"clientid\":\"c\",\"username\":\"ann\",\"action\":\"publish\",\"topic\":\"b/ann\"}")
        .body("data.rule.line", equalTo(10));
  }

  @Test
  void onBehalfOfAClientRulesCountWhereThatIsConfigured() throws Exception {
    String subscribe = "{\"topic\":\"secret\",\"clientid\":\"c\"}";
    String publish = "{\"topic\":\"secret\",\"payload\":\"x\",\"clientid\":\"%s\"}";
    try (RawClient client =
        new RawClient("127.0.0.1", running.get().ports().get(0), 4).connected("c", true)) {
      post("/mqtt/publish", publish.formatted("c")).statusCode(200);
      post("/mqtt/subscribe", subscribe).statusCode(200);
      apply(HOCON + "auth.acl.api = true\n");
      post("/mqtt/publish", publish.formatted("c")).statusCode(403).body("code", equalTo(101));
      post("/mqtt/publish", publish.formatted("nobody")).statusCode(403);
      post("/mqtt/subscribe", subscribe).statusCode(403).body("code", equalTo(101));
      post("/mqtt/publish", publish.formatted("c").replace("secret", "guests")).statusCode(200);
      // Nobody's in particular: an administrator's own.
      post("/mqtt/publish", "{\"topic\":\"secret\",\"payload\":\"x\"}").statusCode(200);
      client.send(0xC0, 0);
      client.receive(PacketType.PINGRESP);
    }
  }
}
