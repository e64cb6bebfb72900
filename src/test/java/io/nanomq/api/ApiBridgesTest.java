package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.nanomq.api.route.ApiRoutes;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bridges by API: made, changed, turned off and taken away, in the document too. */
@QuarkusTest
class ApiBridgesTest {
  private static final String NODES = "data.bridge.nodes";
  private static final String NODE = NODES + "[0]";
  private static final String BRIDGE =
      """
      {"bridge": {"name": "bridge", "enable": true,
        "connector": {"server": "mqtt-tcp://127.0.0.1:1", "proto_ver": 5, "clientid": "x",
          "clean_start": false, "username": "u", "password": "secret-pw", "keepalive": 30},
        "forwards": [{"remote_topic": "fwd/1", "local_topic": "fwd/1"}],
        "subscription": [{"remote_topic": "cmd/3", "qos": 1}]}}
      """;

  @Inject LiveConf live;

  @AfterEach
  void usual() throws Exception {
    live.apply("");
  }

  private RequestSpecification admin() {
    return live.admin().basePath(ApiRoutes.ROOT).contentType("application/json");
  }

  private ValidatableResponse post(String path, String body) {
    return admin().body(body).post("/bridges/" + path).then();
  }

  private ValidatableResponse put(String body) {
    return admin().body(body).put("/bridges/bridge").then();
  }

  private ValidatableResponse get(String name) {
    return admin().get("/bridges/" + name).then().statusCode(200).body("code", equalTo(0));
  }

  private String document() throws Exception {
    return Files.readString(live.folder().resolve("nanomq.conf"));
  }

  @Test
  void aBridgeComesAndGoes() throws Exception {
    post("bridge", BRIDGE).statusCode(200).body("code", equalTo(0));
    get("bridge")
        .body(NODE + ".name", equalTo("bridge"))
        .body(NODE + ".connector.server", equalTo("mqtt-tcp://127.0.0.1:1"))
        .body(NODE + ".connector.keepalive", equalTo(30))
        .body(NODE + ".connector.password", equalTo("******"))
        .body(NODE + ".forwards[0].local_topic", equalTo("fwd/1"))
        .body(NODE + ".subscription[0].remote_topic", equalTo("cmd/3"))
        .body(NODE + ".status.sent", equalTo(0));
    assertThat(document()).contains("bridge.mqtt.address", "secret-pw", "fwd/1", "cmd/3");
    admin().get("/bridges").then().body(NODES, hasSize(1));
    assertThat(admin().get("/bridges").asString()).doesNotContain("secret-pw");
    admin().delete("/bridges/bridge").then().statusCode(200).body("code", equalTo(0));
    get("bridge").body(NODES, hasSize(0));
    assertThat(document()).doesNotContain("bridge.mqtt", "secret-pw");
  }

  @Test
  void whatIsShownCanBeSentBack() throws Exception {
    live.apply("bridge.mqtt.address=mqtt-tcp://127.0.0.1:1\nbridge.mqtt.password=pw\n");
    String before = document();
    String shown = admin().get("/bridges/bridge").jsonPath().prettify();
    Object node = admin().get("/bridges/bridge").jsonPath().get(NODE);
    admin().body(node).put("/bridges/bridge").then().statusCode(200);
    assertThat(document()).isEqualTo(before);
    assertThat(shown).doesNotContain("pw\"");
    put("{\"connector\":{\"clientid\":\"new\",\"password\":\"\"}}").statusCode(200);
    get("bridge")
        .body(NODE + ".connector.clientid", equalTo("new"))
        .body(NODE + ".connector.password", nullValue())
        .body(NODE + ".connector.server", equalTo("mqtt-tcp://127.0.0.1:1"));
  }

  /** Who changes the server does not see the password, and cannot have it sent to himself. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"connector\":{\"server\":\"mqtt-tcp://127.0.0.1:2\"}}",
        "{\"connector\":{\"server\":\"mqtt-tcp://127.0.0.1:2\",\"password\":\"******\"}}",
        "{\"connector\":{\"server\":\"mqtt-tcp://127.0.0.1:2\",\"password\":null}}"
      })
  void thePasswordDoesNotFollowTheServer(String change) throws Exception {
    live.apply("bridge.mqtt.address=mqtt-tcp://127.0.0.1:1\nbridge.mqtt.password=pw\n");
    String before = document();
    put(change).statusCode(400).body("message", containsString("once more"));
    admin()
        .body("{\"data\":{\"bridge\":{\"address\":\"mqtt-tcp://127.0.0.1:2\"}}}")
        .post("/configuration")
        .then()
        .statusCode(400);
    assertThat(document()).isEqualTo(before);
    put(change.replace("\"******\"", "\"pw\"").replace("null", "\"\"").replace(":2\"}", ":1\"}"))
        .statusCode(200);
  }

  /** What NanoMQ's own tests send. */
  @Test
  void asNanoMqsTestsHaveIt() throws Exception {
    live.apply("bridge.mqtt.address=mqtt-tcp://127.0.0.1:1\n");
    put("""
            {"bridge": {"name": "bridge", "enable": true, "parallel": 8,
              "server": "mqtt-tcp://127.0.0.1:2", "proto_ver": 5, "clientid": "hello3",
              "clean_start": true, "username": "emqx", "password": "emqx123", "keepalive": 60,
              "forwards": [{"remote_topic": "topic1/#", "local_topic": "topic1_lo/#"}],
              "subscription": [{"remote_topic": "topic1/#", "local_topic": "topic1_lo/#",
                "qos": 1}]}}
            """)
        .statusCode(200);
    get("bridge")
        .body(NODE + ".connector.server", equalTo("mqtt-tcp://127.0.0.1:2"))
        .body(NODE + ".parallel", equalTo(8));
    changed("sub", "subscription", 2);
    changed("unsub", "unsubscription", 1);
    post("switch/bridge", "{\"data\": {\"bridge_switch\": false}}").statusCode(200);
    get("bridge").body(NODE + ".enable", equalTo(false));
    admin()
        .body("{\"topics\":\"a\",\"qos\":1,\"clientid\":\"nosuch\"}")
        .post("/mqtt/unsubscribe")
        .then()
        .statusCode(404);
  }

  private void changed(String path, String member, int subscriptions) {
    admin()
        .body(
            "{\"data\": {\""
                + member
                + "\": [{\"remote_topic\": \"cmd/4\","
                + " \"local_topic\": \"lo/4\"}], \"sub_properties\": {}}}")
        .put("/bridges/" + path + "/bridge")
        .then()
        .statusCode(200);
    get("bridge").body(NODE + ".subscription", hasSize(subscriptions));
  }

  @Test
  void switchedAndSubscribed() throws Exception {
    live.apply("bridge.mqtt.address=mqtt-tcp://127.0.0.1:1\n");
    post("switch/bridge", "{\"data\":{\"enable\":true}}").body("code", equalTo(0));
    get("bridge").body(NODE + ".enable", equalTo(true));
    post("sub/bridge", "{\"data\":{\"subscription\":[{\"topic\":\"t/x\",\"qos\":1}]}}")
        .body("code", equalTo(0));
    post("sub/bridge", "{\"data\":{\"subscription\":[{\"topic\":\"t/x\",\"qos\":2},\"t/y\"]}}")
        .body("code", equalTo(0));
    get("bridge")
        .body(NODE + ".subscription", hasSize(2))
        .body(NODE + ".subscription[0].qos", equalTo(2));
    post("unsub/bridge", "{\"data\":{\"unsubscription\":[{\"topic\":\"t/x\"}]}}")
        .body("code", equalTo(0));
    get("bridge")
        .body(NODE + ".subscription", hasSize(1))
        .body(NODE + ".subscription[0].remote_topic", equalTo("t/y"));
    post("switch/bridge", "{\"enable\":false}").body("code", equalTo(0));
    get("bridge")
        .body(NODE + ".enable", equalTo(false))
        .body(NODE + ".status.state", equalTo("disabled"));
    admin().get("/metrics").then().body("metrics[0].'bridge name'", equalTo("bridge"));
    assertThat(admin().get("/prometheus").asString())
        .contains("nanomq_bridge_connected{bridge=\"bridge\"} 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT | nosuch | {} | 404 | 115",
        "DELETE | nosuch | {} | 404 | 115",
        "POST | switch/nosuch | {\"enable\":true} | 404 | 115",
        "POST | sub/nosuch | {\"subscription\":[]} | 404 | 115",
        "PUT | bridge | {bad | 400 | 109",
        "PUT | bridge | [] | 400 | 109",
        "PUT | bridge | {\"x\":1} | 400 | 108",
        "PUT | bridge | {\"connector\":{\"proto_ver\":9}} | 400 | 108",
        "PUT | bridge | {\"connector\":[]} | 400 | 108",
        "PUT | bridge | {\"forwards\":[{}]} | 400 | 108",
        "PUT | bridge | {\"forwards\":[\"a/#/b\"]} | 400 | 108",
        "PUT | bridge | {\"forwards\":[{\"local_topic\":1}]} | 400 | 108",
        "POST | bridge | {} | 400 | 108",
        "POST | a%20b | {} | 400 | 108",
        "POST | cache | {} | 400 | 108",
        "POST | switch/bridge | {} | 400 | 107",
        "POST | switch/bridge | {\"enable\":1} | 400 | 108",
        "POST | sub/bridge | {} | 400 | 107",
        "POST | sub/bridge | {\"subscription\":{}} | 400 | 108",
        "POST | unsub/bridge | {\"unsubscription\":[\"none\"]} | 200 | 0"
      })
  void whatIsWrongIsTold(String method, String path, String body, int status, int code)
      throws Exception {
    live.apply("bridge.mqtt.address=mqtt-tcp://127.0.0.1:1\n");
    String before = document();
    admin()
        .urlEncodingEnabled(false)
        .body(body)
        .request(method, "/bridges/" + path)
        .then()
        .statusCode(status)
        .body("code", equalTo(code));
    assertThat(document()).isEqualTo(before);
  }

  @Test
  void oneThatIsNotThereIsNoNode() {
    get("nosuch").body(NODES, hasSize(0));
  }
}
