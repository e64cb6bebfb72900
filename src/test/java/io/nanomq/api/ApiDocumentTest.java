package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.nanomq.TestConf;
import io.nanomq.api.list.Page;
import io.nanomq.api.route.ApiEndpoint;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.authn.LoginGuard;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.Reconciler;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.nanomq.it.RawHttp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The OpenAPI document is valid and whole; {@code openapi-requests.txt} has a request for each. */
@QuarkusTest
class ApiDocumentTest {
  /** Ends the process, does not end itself ({@link ApiEventsTest}), or needs what is not here. */
  private static final Set<String> NOT_HERE =
      Set.of(
          "stop_broker 200/0",
          "follow_events 200/0",
          "follow_trace 200/0",
          "end_trace 200/0",
          "login 200/0",
          "login 400/108",
          "delete_api_key 200/0",
          "make_backup 200/0",
          "make_backup 400/111",
          "make_backup 409/101",
          "delete_backup 200/0",
          "delete_backup 409/101",
          "export 200/0",
          "export 409/101",
          "import 409/101",
          "update_rule 200/0",
          "post_mqtt_bridge_sub 200/0", // needs a document that has the bridge: ApiBridgesTest
          "post_mqtt_bridge_unsub 200/0",
          "put_mqtt_bridge_sub 200/0",
          "put_mqtt_bridge_unsub 200/0");

  private static final int PATIENCE_MILLIS = 30_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Inject HttpListener http;
  @Inject RunningBroker running;
  @Inject LoginGuard logins;
  @Inject Reconciler reconciler;
  @Inject ConfInputs inputs;

  private RequestSpecification anonymous;
  private RequestSpecification admin;
  private static OpenAPI document;

  @BeforeEach
  void read() {
    anonymous = spec().build();
    admin = spec().addHeader("Authorization", "Basic YWRtaW46cHVibGlj").build();
    document = document == null ? parsed() : document;
  }

  private OpenAPI parsed() {
    var options = new ParseOptions();
    options.setResolve(true);
    String text = given(admin).get(ApiRoutes.DOCUMENT + "?format=JSON").body().asString();
    var parsed = new OpenAPIV3Parser().readContents(text, null, options);
    assertThat(parsed.getMessages()).isEmpty();
    return parsed.getOpenAPI();
  }

  private RequestSpecBuilder spec() {
    return new RequestSpecBuilder()
        .setBaseUri("http://127.0.0.1")
        .setPort(http.port())
        .setUrlEncodingEnabled(false);
  }

  @AfterEach
  void asBefore() throws Exception {
    Files.writeString(inputs.workingDirectory().resolve("nanomq.conf"), TestConf.DOCUMENT);
    reconciler.apply("restart").toCompletableFuture().get();
  }

  private interface Visitor {
    void visit(String method, String path, Operation operation) throws Exception;
  }

  private void operations(Visitor visitor) throws Exception {
    for (var path : document.getPaths().entrySet()) {
      for (var each : path.getValue().readOperationsMap().entrySet()) {
        visitor.visit(each.getKey().name(), path.getKey(), each.getValue());
      }
    }
  }

  @Test
  void itHasEveryEndpointAndNoOther() throws Exception {
    List<String> told = new ArrayList<>();
    operations((method, path, each) -> told.add(method + " " + path + " " + each.getOperationId()));

    List<String> there = new ArrayList<>(List.of("GET /api/v4 list_endpoints"));
    for (ApiEndpoint each : ApiResources.ENDPOINTS.listed()) {
      String path = each.path().replaceAll("/$", "").replaceAll(":(\\w+)", "{$1}");
      there.add(each.method() + " " + ApiRoutes.ROOT + path + " " + each.name());
    }
    assertThat(told).containsExactlyInAnyOrderElementsOf(there);
  }

  @Test
  void itHasExamplesAndWhoMayAsk() throws Exception {
    assertThat(document.getOpenapi()).startsWith("3.1");
    assertThat(document.getComponents().getSecuritySchemes()).containsKeys("basic", "bearer");
    assertThat(document.getSecurity()).hasSize(2);
    var login = document.getPaths().get(ApiRoutes.LOGIN).getPost();
    assertThat(login.getSecurity()).hasSize(1);
    assertThat(login.getSecurity().get(0)).containsOnlyKeys("basic");
    var events = document.getPaths().get("/api/v4/events").getGet();
    assertThat(events.getResponses()).containsKey("503");
    var topic = document.getPaths().get("/api/v4/retained").getDelete().getParameters().get(0);
    assertThat(topic.getName()).isEqualTo("topic");
    assertThat(topic.getRequired()).isTrue();
    assertThat(document.getPaths().get("/api/v4/retained").getGet().getParameters())
        .filteredOn(each -> each.getName().equals(Page.LIMIT))
        .singleElement()
        .matches(each -> each.getSchema().getMaximum().intValue() == 1000)
        .matches(each -> each.getDescription().startsWith("Elements on a page"));
    operations(
        (method, path, each) -> {
          var answer = each.getResponses().get("200").getContent().values().iterator().next();
          assertThat(answer.getExample()).as(path).isNotNull();
          assertThat(answer.getSchema()).as(path).isNotNull();
          assertThat(each.getTags()).as(path).hasSize(1);
          assertThat(each.getSummary()).as(path).isNotBlank();
          if (each.getRequestBody() != null) {
            var body = each.getRequestBody().getContent().values().iterator().next();
            assertThat(body.getExample()).as(path).isNotNull();
          }
        });
  }

  @Test
  void clientsMayBeFilteredSortedAndPaged() {
    var clients = document.getPaths().get("/api/v4/clients").getGet().getParameters();
    assertThat(clients)
        .extracting(io.swagger.v3.oas.models.parameters.Parameter::getName)
        .contains("clientid", "conn_state", "proto_ver", "_page", "_limit", "_sort", "_fields");
  }

  /** What every operation may answer, or every one that changes something. */
  private static final Set<String> COMMON = Set.of("401", "403", "413", "415", "429");

  @Test
  void everyAnswerThatIsToldIsGiven() throws Exception {
    List<ToldAnswer> rows = rows();
    Set<String> asked = new TreeSet<>(NOT_HERE);
    rows.forEach(row -> asked.add(row.key()));
    Set<String> told = new TreeSet<>();
    operations(
        (method, path, each) -> {
          told.add(each.getOperationId() + " 200/0");
          each.getResponses()
              .forEach(
                  (status, response) -> {
                    if (status.startsWith("4") && !COMMON.contains(status)) {
                      response
                          .getContent()
                          .get("application/json")
                          .getExamples()
                          .keySet()
                          .forEach(
                              code -> told.add(each.getOperationId() + " " + status + "/" + code));
                    }
                  });
        });

    assertThat(asked).containsExactlyElementsOf(told);
    withClients(() -> rows.forEach(this::ask));
  }

  private static List<ToldAnswer> rows() throws IOException {
    try (var in = ApiDocumentTest.class.getResourceAsStream("/openapi-requests.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(ToldAnswer::of)
          .toList();
    }
  }

  private void withClients(Runnable action) {
    Mqtt5BlockingClient client = client("doc");
    client.subscribeWith().topicFilter("doc/+").qos(MqttQos.AT_LEAST_ONCE).send();
    client.publishWith().topic("doc/retained").retain(true).payload(new byte[1]).send();
    client("kick");
    try {
      action.run();
    } finally {
      given(admin).delete(ApiRoutes.ROOT + "/clients?username=dora&session=delete");
      given(admin).delete(ApiRoutes.ROOT + "/retained?topic=%23").then().statusCode(200);
      await().until(() -> running.get().sessions().size() == 0);
    }
  }

  private Mqtt5BlockingClient client(String id) {
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .identifier(id)
            .serverHost("127.0.0.1")
            .serverPort(running.get().ports().get(0))
            .buildBlocking();
    client.connectWith().simpleAuth().username("dora").applySimpleAuth().send();
    return client;
  }

  private void ask(ToldAnswer row) {
    Operation operation = operation(row.name());
    String method =
        ApiResources.ENDPOINTS.listed().stream()
            .filter(each -> each.name().equals(row.name()))
            .map(ApiEndpoint::method)
            .findFirst()
            .orElse("GET");
    boolean broken = row.path().startsWith("!");
    String path = ApiRoutes.ROOT + row.path().replace("!", "");
    store(broken ? "msq_len=many" : TestConf.DOCUMENT);
    Response answer = given(admin).body(row.body()).request(method, path);
    store(TestConf.DOCUMENT);

    String status = row.answer().substring(0, 3);
    assertThat(answer.statusCode()).as(row.toString()).hasToString(status);
    if (status.equals("200")) {
      var content = operation.getResponses().get(status).getContent();
      String type = content.keySet().iterator().next();
      assertThat(answer.contentType()).as(row.toString()).startsWith(type);
      if (type.equals("application/json")) {
        assertSameFields(row.toString(), json(answer), example(content.get(type)));
      }
    } else {
      assertThat(json(answer).get("code"))
          .as(row.toString())
          .hasToString(row.answer().substring(4));
    }
  }

  private static JsonNode example(MediaType told) {
    try {
      return told.getExample() instanceof String text
          ? JSON.readTree(text)
          : JSON.valueToTree(told.getExample());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void store(String text) {
    try {
      Files.writeString(inputs.workingDirectory().resolve("nanomq.conf"), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Operation operation(String name) {
    return document.getPaths().values().stream()
        .flatMap(path -> path.readOperations().stream())
        .filter(each -> each.getOperationId().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode json(Response answer) {
    try {
      return JSON.readTree(answer.body().asByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The example shows what is there; one of a list stands for all elements. */
  private static void assertSameFields(String what, JsonNode answer, JsonNode example) {
    Set<String> optional = Set.of("meta", "clientid", "expires_in", "topic", "message");
    Set<String> there = new TreeSet<>();
    answer.fieldNames().forEachRemaining(there::add);
    Set<String> shown = new TreeSet<>();
    example.fieldNames().forEachRemaining(shown::add);
    if (!what.contains("configuration")) {
      there.removeAll(optional);
      shown.removeAll(optional);
      assertThat(there).as(what).isEqualTo(shown);
    }
    JsonNode first = answer.path("data").path(0);
    JsonNode firstShown = example.path("data").path(0);
    if (first.isObject()) {
      assertSameFields(what, first, firstShown);
    }
  }

  @Test
  void everyEndpointWantsCredentialsAndHasItsLimits() throws Exception {
    operations(
        (method, template, each) -> {
          String path = template.replaceAll("\\{\\w+}", "x");
          assertRefused(given(anonymous), method, path, 401, 104);
          var wrong = given(anonymous).header("Authorization", "Basic YWRtaW46d3Jvbmc=");
          assertRefused(wrong, method, path, 401, 103);
          logins.forget("127.0.0.1");
          assertThat(
                  each.getResponses().get("401").getContent().get("application/json").getExamples())
              .containsKeys("103", "104");
          // Without keys there is no login, whatever the body.
          if (!method.equals("GET")) {
            var foreign = given(admin).header("Origin", "https://evil.example");
            assertRefused(foreign, method, path, 403, 108);
          }
          if (!method.equals("GET") && !path.matches(".*/(login|import)")) {
            assertThat(announcing(method, path, 4 * 1024 * 1024 + 1)).contains("\"code\":108");
          }
          assertThat(each.getResponses().containsKey("413")).isEqualTo(!method.equals("GET"));
          tooManyLogins(method, path);
        });
  }

  private static void assertRefused(
      RequestSpecification request, String method, String path, int status, int code) {
    Response answer = request.request(method, path);
    assertThat(answer.statusCode()).as(method + " " + path).isEqualTo(status);
    assertThat(LiveConf.code(answer)).as(method + " " + path).isEqualTo(code);
  }

  /** What is answered to the head of a request with so long a body, of which nothing comes. */
  private String announcing(String method, String path, int bytes) throws IOException {
    String head =
        method
            + " %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n"
                .formatted(path, HostileRequests.CREDENTIALS, bytes);
    var answer =
        RawHttp.refusal(http.port(), head.getBytes(StandardCharsets.US_ASCII), PATIENCE_MILLIS);
    assertThat(answer.status()).as(method + " " + path).isEqualTo(413);
    return answer.text();
  }

  private void tooManyLogins(String method, String path) {
    try {
      for (int i = 0; i < LoginGuard.MAX_FAILURES; i++) {
        logins.failed("127.0.0.1");
      }
      assertRefused(given(admin), method, path, 429, 103);
    } finally {
      logins.forget("127.0.0.1");
    }
  }

  @Test
  void theDocumentAndSwaggerUiAreBehindASwitch() throws Exception {
    given(anonymous).get(ApiRoutes.DOCUMENT).then().statusCode(401);
    given(anonymous).get("/api/v4/ui/").then().statusCode(401);
    given(admin).get("/api/v4/ui/").then().statusCode(404);

    Files.writeString(
        inputs.workingDirectory().resolve("nanomq.conf"),
        TestConf.DOCUMENT + "http_server.swagger_ui=true\n");
    reconciler.apply("restart").toCompletableFuture().get();

    given(anonymous).get(ApiRoutes.DOCUMENT).then().statusCode(200);
    String page = given(anonymous).get("/api/v4/ui/").then().statusCode(200).extract().asString();
    assertThat(page).contains("swagger-ui").contains(ApiRoutes.DOCUMENT);
    given(anonymous).get("/api/v4/ui/swagger-ui-bundle.js").then().statusCode(200);
    given(anonymous).get("/api/v4/nodes").then().statusCode(401);
    given(anonymous).post(ApiRoutes.DOCUMENT).then().statusCode(401);
  }
}
