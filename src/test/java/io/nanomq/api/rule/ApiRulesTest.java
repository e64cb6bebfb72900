package io.nanomq.api.rule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.micrometer.core.instrument.MeterRegistry;
import io.nanomq.api.LiveConf;
import io.nanomq.control.Reconciler;
import io.nanomq.control.RunningBroker;
import io.nanomq.it.RawClient;
import io.nanomq.it.TestBroker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * {@code /api/v4/rules}: rules come, change and go while the broker runs, and stay in the document.
 */
@QuarkusTest
class ApiRulesTest {
  private static final String URL = "/api/v4/rules";

  @Inject LiveConf live;
  @Inject RunningBroker running;
  @Inject Reconciler reconciler;
  @Inject MeterRegistry meters;

  @AfterEach
  void restore() throws Exception {
    live.apply("");
  }

  private Response add(String sql, String topic) {
    return live.admin()
        .body(
            Map.of(
                "rawsql",
                sql,
                "actions",
                new Object[] {Map.of("name", "repub", "params", Map.of("topic", topic))}))
        .post(URL);
  }

  private Response post(String url) {
    var action = Map.of("name", "webhook", "params", Map.of("url", url));
    return live.admin()
        .body(Map.of("rawsql", "select * from \"in\"", "actions", new Object[] {action}))
        .post(URL);
  }

  @Test
  void manyMayAddRulesAtOnce() {
    List<CompletableFuture<Integer>> added =
        IntStream.range(0, 8)
            .mapToObj(
                i -> CompletableFuture.supplyAsync(() -> add("select * from \"in\"", "t/" + i)))
            .map(answer -> answer.thenApply(got -> got.jsonPath().getInt("data.id")))
            .toList();
    assertThat(added.stream().map(CompletableFuture::join)).hasSize(8).doesNotHaveDuplicates();
  }

  /** A password in an address is shown to nobody, and is not lost when what is shown comes back. */
  @Test
  void aPasswordInAnAddressIsNotShown() throws Exception {
    int id = post("http://ann:not-public@127.0.0.1:1/x").jsonPath().getInt("data.id");
    assertThat(live.admin().get(URL).asString())
        .contains("http://******@127.0.0.1:1/x")
        .doesNotContain("not-public");
    var shown = Map.of("name", "webhook", "params", Map.of("url", "http://******@127.0.0.1:1/x"));
    live.admin()
        .body(Map.of("enabled", false, "actions", new Object[] {shown}))
        .put(URL + "/" + id)
        .then()
        .statusCode(200);
    assertThat(document()).contains("http://ann:not-public@127.0.0.1:1/x");
    assertThat(live.admin().get("/api/v4/configuration/status").asString())
        .doesNotContain("not-public");
  }

  /** What proves where the password goes is changed together with the password only. */
  @Test
  void aDataBaseIsProvedByOthersOnlyWithThePasswordOnceMore() throws Exception {
    Map<String, Object> params =
        Map.of("host", "127.0.0.1", "port", 1, "table", "t", "password", "not-public");
    var made =
        live.admin()
            .body(Map.of("rawsql", "select topic from \"in\"", "actions", mysql(params)))
            .post(URL);
    assertThat(made.statusCode()).as(made.asString()).isEqualTo(200);
    String rule = URL + "/" + made.jsonPath().getInt("data.id");
    change(rule, Map.of("ssl.enable", true)).then().statusCode(200);
    for (var less :
        List.<Map<String, Object>>of(
            Map.of("ssl.enable", false),
            Map.of("ssl.verify_peer", false),
            Map.of("ssl.cacertfile", "/etc/certs/mine.pem"))) {
      String name = less.keySet().iterator().next();
      change(rule, less)
          .then()
          .statusCode(400)
          .body("message", containsString(name))
          .body("message", containsString("params.password is missing"));
    }
    Map<String, Object> again = Map.of("ssl.verify_peer", false, "password", "new");
    change(rule, again).then().statusCode(200);
    change(rule, Map.of("ssl.verify_peer", true)).then().statusCode(200);
    assertThat(live.admin().get(rule).asString()).doesNotContain("not-public");
  }

  private Response change(String rule, Map<String, Object> params) {
    return live.admin().body(Map.of("enabled", false, "actions", mysql(params))).put(rule);
  }

  private static Object[] mysql(Map<String, Object> params) {
    return new Object[] {Map.of("name", "mysql", "params", params)};
  }

  private RawClient client(String name) {
    return new RawClient(TestBroker.HOST, running.get().listeners().port("tcp"), 4)
        .connected(name, true);
  }

  private static String published(RawClient pub, RawClient sub) {
    pub.publish("in", 0, 0, "x".getBytes(UTF_8));
    return sub.receive(3).topic();
  }

  private double passed(int id) {
    return meters
        .get("nanomq.rule.messages")
        .tag("rule", String.valueOf(id))
        .tag("result", "passed")
        .functionCounter()
        .count();
  }

  private String document() throws Exception {
    StringBuilder all = new StringBuilder();
    try (var files = Files.list(live.folder())) {
      for (Path file : files.filter(each -> each.toString().endsWith(".conf")).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  private static final String HOCON =
      """
      listeners.tcp.bind = "127.0.0.1:0"
      listeners.ws.enable = false
      http_server { enable = true, ip_addr = "127.0.0.1", port = 0 }
      rules.repub.rules = [{ topic = "out/old", sql = "SELECT * FROM 'old'" }]
      """;

  @Test
  void aRuleComesChangesAndGoes() throws Exception {
    live.apply("rule.repub.2.topic=out/old\nrule.event.publish.2.sql=SELECT * FROM \"old\"\n");
    comesChangesAndGoes();
  }

  @Test
  void theSameInHocon() throws Exception {
    live.file("nanomq.conf", HOCON);
    reconciler.apply("restart").toCompletableFuture().get(30, TimeUnit.SECONDS);
    comesChangesAndGoes();
  }

  private void comesChangesAndGoes() throws Exception {
    try (RawClient sub = client("sub");
        RawClient pub = client("pub")) {
      sub.subscribe(1, "out/#", 0).receive(9);
      add("SELECT topic FROM \"in\"", "out/1")
          .then()
          .statusCode(200)
          .body("code", equalTo(0))
          .body("data.id", equalTo(2))
          .body("data.enabled", equalTo(true))
          .body("actions", hasSize(0));
      assertThat(published(pub, sub)).isEqualTo("out/1");
      live.admin().get(URL).then().body("data.id", equalTo(List.of(1, 2)));
      live.admin()
          .get(URL + "/rule:2")
          .then()
          .body("data.name", equalTo("repub"))
          .body("data.rawsql", equalTo("SELECT topic FROM \"in\""))
          .body("data.matched", equalTo(1));
      live.admin()
          .body("{\"actions\":[{\"name\":\"repub\",\"params\":{\"topic\":\"out/2\"}}]}")
          .put(URL + "/2")
          .then()
          .statusCode(200);
      assertThat(published(pub, sub)).isEqualTo("out/2");
      assertThat(passed(2)).isEqualTo(2);
      live.admin().delete(URL + "/rule:1").then().statusCode(200).body("code", equalTo(0));
      assertThat(document()).contains("out/2").doesNotContain("out/old");
      assertThat(meters.find("nanomq.rule.messages").tag("rule", "1").meters()).isEmpty();
      live.admin()
          .body("{\"enabled\":false}")
          .put(URL + "/rule:2")
          .then()
          .body("data.enabled", equalTo(false));
      pub.publish("in", 1, 9, new byte[1]).receive(4);
      live.admin().get(URL + "/2").then().body("data.matched", equalTo(2));
      live.admin().delete(URL + "/2").then().statusCode(200);
      live.admin().get(URL).then().body("data", hasSize(0));
      assertThat(document()).doesNotContain("out/2");
    }
  }

  @Test
  void whatIsWrongIsRefusedWithItsPlaceAndNothingIsWritten() throws Exception {
    live.apply("");
    add("SELECT x FROM 'a'", "out")
        .then()
        .statusCode(400)
        .body("code", equalTo(108))
        .body("message", containsString("at character 8"));
    add("SELECT qos FROM 'a'", "out/#").then().statusCode(400).body("code", equalTo(108));
    live.admin()
        .body("{\"rawsql\":\"nonsense\"}")
        .post(URL)
        .then()
        .statusCode(400)
        .body("code", equalTo(107));
    live.admin()
        .body("{\"rawsql\":\"SELECT qos FROM 'a'\",\"actions\":[{\"name\":\"nobody\"}]}")
        .post(URL)
        .then()
        .statusCode(400)
        .body("code", equalTo(111));
    live.admin()
        .body(
            "{\"rawsql\":\"SELECT qos FROM 'a'\",\"actions\":[{\"name\":\"repub\",\"params\":"
                + "{\"topic\":\"a\",\"sql\":\"x\"}}]}")
        .post(URL)
        .then()
        .statusCode(400)
        .body("code", equalTo(108));
    live.admin().get(URL + "/rule:99").then().statusCode(400).body("code", equalTo(107));
    live.admin().delete(URL + "/rule:99").then().statusCode(400).body("code", equalTo(107));
    live.admin().body("{}").put(URL + "/rule:99").then().statusCode(400).body("code", equalTo(107));
    live.admin().get(URL + "/rule:x").then().statusCode(400).body("code", equalTo(108));
    live.admin().get(URL).then().body("data", hasSize(0));
  }

  @Test
  void aQueryIsTriedOnAMessage() throws Exception {
    live.apply("");
    String message =
        ",\"message\":{\"topic\":\"a/b\",\"payload\":\"{\\\"t\\\":11}\",\"clientid\":\"c\"}";
    live.admin()
        .body(
            "{\"rawsql\":\"SELECT payload.t AS t FROM 'a/#' WHERE t > 10\",\"topic\":\"x/${clientid}\""
                + message
                + "}")
        .post(URL + "/test")
        .then()
        .statusCode(200)
        .body("data.matched", equalTo(true))
        .body("data.passed", equalTo(true))
        .body("data.result.t", equalTo(11))
        .body("data.topic", equalTo("x/c"));
    live.admin()
        .body("{\"rawsql\":\"SELECT * FROM 'a/#' WHERE payload.t > 11\"" + message + "}")
        .post(URL + "/test")
        .then()
        .body("data.passed", equalTo(false))
        .body("data.result", equalTo(null));
    live.admin()
        .body("{\"rawsql\":\"SELECT * FROM 'b'\"" + message + "}")
        .post(URL + "/test")
        .then()
        .body("data.matched", equalTo(false));
    live.admin()
        .body("{\"rawsql\":\"SELECT * FRO 'b'\"" + message + "}")
        .post(URL + "/test")
        .then()
        .statusCode(400)
        .body("message", containsString("at character 10"));
    live.admin()
        .body("{\"rawsql\":\"SELECT * FROM 'b'\"}")
        .post(URL + "/test")
        .then()
        .statusCode(400);
  }
}
