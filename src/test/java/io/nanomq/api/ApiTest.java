package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import io.nanomq.api.route.ApiRoutes;
import io.nanomq.authn.LoginGuard;
import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.RunningConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.http.HttpListener;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.Authenticator;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API over HTTP on a broker without clients: shapes, authentication, routing. */
@QuarkusTest
class ApiTest {
  @Inject HttpListener http;
  @Inject RunningConf conf;
  @Inject LoginGuard logins;

  private RequestSpecification anonymous;
  private RequestSpecification admin;

  @BeforeEach
  void address() {
    logins.forget("127.0.0.1");
    anonymous = spec().build();
    admin = spec().addHeader("Authorization", "Basic YWRtaW46cHVibGlj").build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/clients    | {\"code\":0,\"data\":[]}",
        "/clients/   | {\"code\":0,\"data\":[]}",
        "/clients/no%20such%2Fclient | {\"code\":0,\"data\":[]}",
        "/clients/username/nobody | {\"code\":0,\"data\":[]}",
        "/subscriptions | {\"code\":0,\"data\":[]}",
        "/subscriptions/nosuch | {\"code\":0,\"data\":[]}",
        "/topic-tree | {\"code\":0,\"data\":[[{\"topic\":\"\",\"cld_cnt\":0}],[]]}"
      })
  void emptyBroker(String path, String body) {
    var answer = given(admin).get(ApiRoutes.ROOT + path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.body().asString()).isEqualTo(body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/brokers", "/brokers/", "/brokers?x=1&y=2"})
  void brokers(String path) {
    given(admin)
        .get(ApiRoutes.ROOT + path)
        .then()
        .statusCode(200)
        .body(
            matchesPattern(
                "\\{\"code\":0,\"data\":\\[\\{"
                    + "\"datetime\":\"\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\","
                    + "\"node_status\":\"Running\",\"sysdescr\":\"NanoMQ Broker\","
                    + "\"uptime\":\"0 Hours, \\d+ minutes, \\d+ seconds\","
                    + "\"version\":\"[^\"]+\"}]}"));
  }

  @Test
  void nodes() {
    given(admin)
        .get(ApiRoutes.ROOT + "/nodes")
        .then()
        .statusCode(200)
        .body(
            matchesPattern(
                "\\{\"code\":0,\"data\":\\[\\{\"connections\":0,\"node_status\":\"Running\","
                    + "\"uptime\":\"0 Hours, \\d+ minutes, \\d+ seconds\","
                    + "\"version\":\"[^\"]+\"}]}"));
  }

  @Test
  void everyListedEndpointAnswers() {
    List<Map<String, String>> endpoints = given(admin).get(ApiRoutes.ROOT).path("data");

    // Without tokens there is no login.
    assertThat(endpoints).hasSize(ApiResources.ENDPOINTS.listed().size() - 1);
    for (Map<String, String> endpoint : endpoints) {
      String path =
          ApiRoutes.ROOT + endpoint.get("path").replace(":section", "basic").replace(":", "");
      if (endpoint.get("name").equals("follow_events")) {
        // It never ends: ApiEventsTest reads it.
        given(admin).get(path + "?type=none").then().statusCode(400);
      } else if (path.endsWith("/rules/ruleid")) {
        // That is no number: ApiRulesTest asks for rules that there are.
        given(admin).get(path).then().statusCode(400);
      } else if (endpoint.get("method").equals("GET")) {
        assertThat(given(admin).get(path).statusCode()).as(path).isEqualTo(200);
      } else {
        given(admin).patch(path).then().statusCode(405);
      }
    }
  }

  @Test
  void theFirstEndpointReadsAsInTheReference() {
    String body = given(admin).get(ApiRoutes.ROOT + "/").body().asString();

    assertThat(body)
        .startsWith(
            """
            {"code":0,"data":[{"path":"/brokers/","name":"list_brokers","method":"GET",\
            "descr":"A list of brokers in the cluster"},{"path":"/nodes/",\
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nodes", "/nosuch", "", "/clients?foo=1"})
  void authenticationComesBeforeRouting(String path) {
    given(anonymous)
        .get(ApiRoutes.ROOT + path)
        .then()
        .statusCode(401)
        .header("Content-Type", equalTo("application/json"))
        .body(matchesPattern("\\{\"code\":104,\"message\":\".+\"}"));
    given(anonymous)
        .header("Authorization", "Basic YWRtaW46d3Jvbmc=")
        .delete(ApiRoutes.ROOT + path)
        .then()
        .statusCode(401)
        .body("code", equalTo(103));
  }

  @Test
  void theReferencesOverflowIsARefusal() {
    given(anonymous)
        .header("Authorization", "Basic " + "A".repeat(3000))
        .get(ApiRoutes.ROOT + "/nodes")
        .then()
        .statusCode(401)
        .body("code", equalTo(103));
  }

  @Test
  void credentialsFollowTheRunningConfiguration() {
    NanomqConf before = conf.current();
    HttpServerConf old = before.httpServer();
    var changed = Copy.of(old, "username", "eve", "password", "s3cret");
    conf.replace(Copy.of(before, "httpServer", changed));
    try {
      given(admin).get(ApiRoutes.ROOT + "/nodes").then().statusCode(401);
      given(anonymous)
          .auth()
          .preemptive()
          .basic("eve", "s3cret")
          .get(ApiRoutes.ROOT + "/nodes")
          .then()
          .statusCode(200);
    } finally {
      conf.replace(before);
    }
  }

  @Test
  void tooManyFailedLoginsAreRefusedForAWhile() {
    String address = "127.0.0.1";
    try {
      for (int i = 0; i < LoginGuard.MAX_FAILURES; i++) {
        logins.failed(address);
      }
      given(admin)
          .get(ApiRoutes.ROOT + "/nodes")
          .then()
          .statusCode(429)
          .header("Retry-After", matchesPattern("[1-9]\\d?"))
          .body("code", equalTo(103));
    } finally {
      logins.forget(address);
    }
    given(admin).get(ApiRoutes.ROOT + "/nodes").then().statusCode(200);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nosuch, 404",
    "GET, /nodes/1, 404",
    "GET, /clients/a/b, 404",
    "POST, /mqtt/nosuch, 404",
    "POST, /login, 404",
    "GET, /login/, 404",
    "POST, /nodes, 405",
    "PUT, /clients, 405",
    "PUT, /clients/a, 405",
    "PATCH, /topic-tree, 405",
    "OPTIONS, /nodes, 405"
  })
  void unknownPathsAndWrongMethods(String method, String path, int status) {
    given(admin)
        .request(method, ApiRoutes.ROOT + path)
        .then()
        .statusCode(status)
        .header("Content-Type", equalTo("application/json"))
        .body(matchesPattern("\\{\"code\":102,\"message\":\".+\"}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"/nodes | GET", "/clients/a | DELETE, GET", "/ctrl/stop | POST", "/ | GET"})
  void whatAPathHasIsSaidWhereAMethodIsWrong(String path, String methods) {
    given(admin)
        .request("PATCH", ApiRoutes.ROOT + path)
        .then()
        .statusCode(405)
        .header("Allow", equalTo(methods));
  }

  /** As the JDK's client is, and others: they say who they are once they are asked. */
  @Test
  void clientsThatWaitToBeAskedAre() throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + http.port() + ApiRoutes.ROOT + "/nodes"))
            .build();
    var client =
        HttpClient.newBuilder()
            .authenticator(
                new Authenticator() {
                  @Override
                  protected PasswordAuthentication getPasswordAuthentication() {
                    return new PasswordAuthentication("admin", "public".toCharArray());
                  }
                })
            .build();
    assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  @Test
  void aRefusedBodyDoesNotBlockTheConnection() {
    given(admin).body("x".repeat(100_000)).post(ApiRoutes.ROOT + "/nodes").then().statusCode(405);
    given(admin).get(ApiRoutes.ROOT + "/nodes").then().statusCode(200);
  }

  @Test
  void headersAreBounded() {
    given(admin)
        .header("X-Large", "x".repeat(9000))
        .get(ApiRoutes.ROOT + "/nodes")
        .then()
        .statusCode(431);
    given(admin).get(ApiRoutes.ROOT + "/clients/" + "x".repeat(9000)).then().statusCode(414);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/prometheus"})
  void figuresNeedCredentials(String path) {
    given(anonymous).get(ApiRoutes.ROOT + path).then().statusCode(401).body("code", equalTo(104));
    given(admin).get(ApiRoutes.ROOT + path).then().statusCode(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/index.html",
        "/api/v1/nodes",
        "/api/v4x",
        "/metrics",
        "/q/health",
        "/q/metrics"
      })
  void nothingElseIsServedHere(String path) {
    given(anonymous).get(path).then().statusCode(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/clients?foo=1",
        "/clients?proto_ver=9",
        "/clients?clientid=a&clientid=b",
        "/subscriptions?qos=3",
        "/subscriptions?clean_start=true"
      })
  void badQueriesAre108(String path) {
    given(admin)
        .get(ApiRoutes.ROOT + path)
        .then()
        .statusCode(400)
        .body(matchesPattern("\\{\"code\":108,\"message\":\".+\"}"));
  }

  private RequestSpecBuilder spec() {
    return new RequestSpecBuilder()
        .setBaseUri("http://127.0.0.1")
        .setPort(http.port())
        .setUrlEncodingEnabled(false);
  }
}
