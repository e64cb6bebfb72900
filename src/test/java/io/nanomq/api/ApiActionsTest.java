package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.nanomq.api.publish.Batch;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API does to messages and clients, with real clients to see it. */
@QuarkusTest
class ApiActionsTest {
  private static final String DONE = "{\"code\":0}";

  @Inject HttpListener http;
  @Inject RunningBroker running;

  private final List<Mqtt5BlockingClient> clients = new ArrayList<>();
  private RequestSpecification admin;
  private Mqtt5BlockingClient client;
  private Mqtt5BlockingClient.Mqtt5Publishes inbox;

  @BeforeEach
  void scene() {
    admin =
        new RequestSpecBuilder()
            .setBaseUri("http://127.0.0.1")
            .setPort(http.port())
            .setUrlEncodingEnabled(false)
            .addHeader("Authorization", "Basic YWRtaW46cHVibGlj")
            .build();
    client = connect("actor", 0);
    inbox = client.publishes(MqttGlobalPublishFilter.ALL);
  }

  @AfterEach
  void leave() {
    inbox.close();
    delete("/retained?topic=%23");
    for (Mqtt5BlockingClient each : clients) {
      delete(
          "/clients/" + each.getConfig().getClientIdentifier().orElseThrow() + "?session=delete");
    }
    await().until(() -> running.get().sessions().size() == 0);
  }

  @Test
  void publishesToSeveralTopicsInTheirOrder() throws InterruptedException {
    subscribe("http/#");

    post("/mqtt/publish", "{\"topics\":\"http/a,http/b\",\"payload\":\"é\",\"qos\":1}", 200, DONE);

    assertThat(next()).isEqualTo("http/a|1|é");
    assertThat(next()).isEqualTo("http/b|1|é");
  }

  @ParameterizedTest
  @CsvSource({"encoding,aGk=,YUdrPQ==", "decoding,aGk=,hi"})
  void base64AsTheReferenceHasIt(String field, String payload, String received)
      throws InterruptedException {
    subscribe("http/#");

    String body =
        "{\"topic\":\"http/a\",\"payload\":\"%s\",\"%s\":\"base64\"}".formatted(payload, field);
    post("/mqtt/publish", body, 200, DONE);

    assertThat(next()).isEqualTo("http/a|0|" + received);
  }

  @Test
  void propertiesArrive() throws InterruptedException {
    subscribe("http/#");

    post(
        "/mqtt/publish",
        """
        {"topic":"http/v5","payload":"x","clientid":"c1","properties":{
        "payload_format_indicator":1,"message_expiry_interval":60,"response_topic":"r/t",
        "correlation_data":"c","content_type":"text/plain","user_properties":{"id":"10010"}}}\
        """,
        200,
        DONE);

    Mqtt5Publish message = inbox.receive(60, TimeUnit.SECONDS).orElseThrow();
    assertThat(message.getContentType()).hasToString("Optional[text/plain]");
    assertThat(message.getResponseTopic()).hasToString("Optional[r/t]");
    assertThat(message.getMessageExpiryInterval().orElseThrow()).isBetween(1L, 60L);
    assertThat(message.getUserProperties().asList()).hasToString("[(id, 10010)]");
    assertThat(message.getCorrelationData()).isPresent();
    assertThat(message.getPayloadFormatIndicator()).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/mqtt/publish     | {\"payload\":\"x\"}                              | 400 | 107",
        "/mqtt/publish     | {\"topic\":\"a\"}                                | 400 | 107",
        "/mqtt/publish     | {\"topic\":\"a/+\",\"payload\":\"x\"}            | 400 | 115",
        "/mqtt/publish     | {\"topic\":\"\",\"payload\":\"x\"}               | 400 | 115",
        "/mqtt/publish     | {\"topic\":\"a\\u0000\",\"payload\":\"x\"}       | 400 | 115",
        "/mqtt/publish     | {\"topic\":\"a\\ud800\",\"payload\":\"x\"}       | 400 | 115",
        "/mqtt/publish     | {\"topic\":\"$SYS/a\",\"payload\":\"x\"}         | 400 | 115",
        "/mqtt/publish     | {\"topics\":\"a,,b\",\"payload\":\"x\"}          | 400 | 115",
        "/mqtt/publish     | {\"topics\":[1],\"payload\":\"x\"}               | 400 | 108",
        "/mqtt/publish     | {\"topic\":\"a\",\"payload\":1}                  | 400 | 108",
        "/mqtt/publish     | {\"topic\":\"a\",\"payload\":\"x\",\"qos\":3}    | 400 | 108",
        "/mqtt/publish     | {\"topic\":\"a\",\"payload\":\"x\",\"qos\":\"1\"} | 400 | 108",
        "/mqtt/publish     | {\"topic\":\"a\",\"payload\":\"x\",\"retain\":1} | 400 | 108",
        "/mqtt/publish     | {\"topic\":\"a\",\"payload\":\"x\",\"qso\":1}    | 400 | 108",
        "/mqtt/publish     | {\"topic\":\"a\",\"payload\":\"!\",\"decoding\":\"base64\"} | 400 |"
            + " 108",
        "/mqtt/publish     | {\"topic\":\"a\",\"payload\":\"x\",\"encoding\":\"hex\"} | 400 | 108",
        "/mqtt/publish     | {\"topic\":\"a\",\"payload\":\"x\",\"properties\":{\"x\":1}} | 400 |"
            + " 108",
        "/mqtt/publish     | {bad                                             | 400 | 109",
        "/mqtt/publish     | []                                               | 400 | 109",
        "/mqtt/publish_batch | {}                                             | 400 | 109",
        "/mqtt/publish_batch | [null]                                         | 400 | 109",
        "/mqtt/subscribe   | {\"topic\":\"a\"}                                | 400 | 107",
        "/mqtt/subscribe   | {\"clientid\":\"actor\"}                         | 400 | 107",
        "/mqtt/subscribe   | {\"topic\":\"a/#/b\",\"clientid\":\"actor\"}     | 400 | 115",
        "/mqtt/subscribe   | {\"topic\":\"a\",\"clientid\":\"nobody\"}        | 404 | 112",
        "/mqtt/unsubscribe | {\"topic\":\"a\",\"clientid\":\"nobody\"}        | 404 | 112",
        "/mqtt/unsubscribe | {\"topic\":\"#a\",\"clientid\":\"actor\"}        | 400 | 115"
      })
  void whatIsRefused(String path, String body, int status, int code) {
    Response answer = given(admin).body(body).post(ApiRoutes.ROOT + path);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.<Integer>path("code")).isEqualTo(code);
    assertThat(answer.<String>path("message")).isNotEmpty();
  }

  @Test
  void aBatchTellsWhatBecameOfEach() throws InterruptedException {
    subscribe("http/#");

    Response answer =
        given(admin)
            .body(
                "[{\"topic\":\"http/1\",\"payload\":\"1\"},{\"payload\":\"z\"},"
                    + "{\"topic\":\"http/2\",\"payload\":\"2\",\"qos\":2}]")
            .post(ApiRoutes.ROOT + "/mqtt/publish_batch");

    assertThat(answer.body().asString())
        .isEqualTo(
            "{\"data\":[{\"topic\":\"http/1\",\"code\":0},"
                + "{\"code\":107,\"message\":\"The field topic is missing\"},"
                + "{\"topic\":\"http/2\",\"code\":0}],\"code\":0}");
    assertThat(next()).isEqualTo("http/1|0|1");
    assertThat(next()).isEqualTo("http/2|2|2");
  }

  @Test
  void aBatchIsBounded() {
    String body = "[" + "{},".repeat(Batch.MAX) + "{}]";

    given(admin).body(body).post(ApiRoutes.ROOT + "/mqtt/publish_batch").then().statusCode(400);
  }

  @Test
  void subscribesOnBehalfOfAClientAndSendsItWhatIsRetained() throws InterruptedException {
    post("/mqtt/publish", "{\"topic\":\"r/1\",\"payload\":\"kept\",\"retain\":true}", 200, DONE);

    post("/mqtt/subscribe", "{\"topic\":\"r/+\",\"qos\":1,\"clientid\":\"actor\"}", 200, DONE);

    assertThat(next()).isEqualTo("r/1|0|kept");
    assertThat(get("/subscriptions/actor"))
        .isEqualTo("{\"code\":0,\"data\":[{\"clientid\":\"actor\",\"topic\":\"r/+\",\"qos\":1}]}");
    post(
        "/mqtt/unsubscribe_batch",
        "[{\"topic\":\"r/+\",\"clientid\":\"actor\"},{\"topic\":\"x\",\"clientid\":\"nobody\"}]",
        200,
        "{\"data\":[{\"clientid\":\"actor\",\"topic\":\"r/+\",\"code\":0},{\"clientid\":\"nobody\","
            + "\"topic\":\"x\",\"code\":112,\"message\":\"The client is not online: nobody\"}],"
            + "\"code\":0}");
    assertThat(get("/subscriptions/actor")).isEqualTo("{\"code\":0,\"data\":[]}");
  }

  @Test
  void kickedClientsAreGoneAndTheirSessionsStayUnlessDeleted() {
    Mqtt5BlockingClient durable = connect("durable", 600);

    assertThat(delete("/clients/durable").body().asString()).isEqualTo(DONE);
    await().until(() -> !durable.getState().isConnected());
    assertThat(get("/clients/durable")).contains("\"conn_state\":\"disconnected\"");
    assertThat(delete("/clients/durable").statusCode()).isEqualTo(404);
    assertThat(delete("/clients/durable?session=no").<Integer>path("code")).isEqualTo(108);
    assertThat(delete("/clients/durable?session=delete").body().asString()).isEqualTo(DONE);
    assertThat(get("/clients/durable")).isEqualTo("{\"code\":0,\"data\":[]}");
    assertThat(delete("/clients/durable").<Integer>path("code")).isEqualTo(112);
  }

  @Test
  void whoIsSentToAnotherServerIsNoLongerConnected() {
    Mqtt5BlockingClient other = connect("sent", 600);

    post(
        "/redirect",
        "{\"server\":\"other:1883\",\"clientid\":\"sent\"}",
        200,
        "{\"code\":0,\"data\":{\"count\":1}}");
    await().until(() -> !other.getState().isConnected());
    assertThat(get("/clients/sent")).contains("\"conn_state\":\"disconnected\"");
  }

  @Test
  void aBulkKickNeedsAFilter() {
    assertThat(delete("/clients").<Integer>path("code")).isEqualTo(107);
    assertThat(delete("/clients?session=delete").<Integer>path("code")).isEqualTo(107);
    assertThat(delete("/clients?foo=1").<Integer>path("code")).isEqualTo(108);
    connect("another", 0);

    assertThat(delete("/clients?proto_ver=5").body().asString())
        .isEqualTo("{\"code\":0,\"data\":{\"count\":2}}");
  }

  @Test
  void retainedMessagesByFilterAndPage() {
    for (int i = 0; i < 5; i++) {
      String body = "{\"topic\":\"r/%d\",\"payload\":\"hi\",\"retain\":true}".formatted(i);
      post("/mqtt/publish", body, 200, DONE);
    }

    assertThat(get("/retained?topic=r/3"))
        .isEqualTo(
            "{\"code\":0,\"meta\":{\"page\":1,\"limit\":100,\"count\":1},\"data\":[{\"topic\":"
                + "\"r/3\",\"qos\":0,\"payload\":\"aGk=\",\"encoding\":\"base64\",\"size\":2}]}");
    List<String> last =
        given(admin).get(ApiRoutes.ROOT + "/retained?_page=3&_limit=2").path("data.topic");
    assertThat(last).hasSize(1);
    assertThat(delete("/retained").<Integer>path("code")).isEqualTo(107);
    assertThat(delete("/retained?topic=a/%23/b").<Integer>path("code")).isEqualTo(115);
    assertThat(delete("/retained?topic=r/%23").body().asString())
        .isEqualTo("{\"code\":0,\"data\":{\"count\":5}}");
    assertThat(get("/retained")).endsWith("\"count\":0},\"data\":[]}");
    given(admin).get(ApiRoutes.ROOT + "/retained?_limit=0").then().statusCode(400);
  }

  @Test
  void listsByPageInAnOrderThatStays() {
    connect("b", 0);
    connect("c", 0);
    subscribe("z");
    subscribe("y");

    Response second = given(admin).get(ApiRoutes.ROOT + "/clients?_page=2&_limit=2&proto_ver=5");
    assertThat(second.body().asString())
        .startsWith("{\"code\":0,\"meta\":{\"page\":2,\"limit\":2,\"count\":3},\"data\":[{");
    assertThat(second.<List<String>>path("data.client_id")).containsExactly("c");
    assertThat(get("/clients?_page=3&_limit=2")).endsWith("\"count\":3},\"data\":[]}");
    assertThat(get("/subscriptions?_limit=1"))
        .isEqualTo(
            "{\"code\":0,\"meta\":{\"page\":1,\"limit\":1,\"count\":2},\"data\":["
                + "{\"clientid\":\"actor\",\"topic\":\"y\",\"qos\":2}]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"_page=0", "_page=x", "_limit=10001", "_limit=-1", "_limit=1&_limit=2"})
  void pagesThatCannotBe(String query) {
    Response answer = given(admin).get(ApiRoutes.ROOT + "/clients?" + query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.<Integer>path("code")).isEqualTo(108);
  }

  @Test
  void whoWouldReceiveATopic() {
    subscribe("m/+");
    subscribe("$share/g/m/1");
    subscribe("n");

    List<String> filters =
        given(admin).get(ApiRoutes.ROOT + "/subscriptions/match?topic=m/1").path("data.topic");

    assertThat(filters).containsExactlyInAnyOrder("m/+", "$share/g/m/1");
    given(admin).get(ApiRoutes.ROOT + "/subscriptions/match?topic=m/%2B").then().statusCode(400);
  }

  @Test
  void whatASessionHolds() {
    connect("durable", 600);

    assertThat(get("/clients/durable/session"))
        .isEqualTo(
            "{\"code\":0,\"data\":[{\"clientid\":\"durable\",\"connected\":true,"
                + "\"clean_start\":true,\"expiry_interval\":600,\"subscriptions\":0,"
                + "\"queue_len\":0,\"inflight\":0,\"awaiting_rel\":0}]}");
    assertThat(get("/clients/nobody/session")).isEqualTo("{\"code\":0,\"data\":[]}");
  }

  @Test
  void metricsUnderTheReferencesNames() {
    client.publishWith().topic("n/o/body").qos(MqttQos.AT_LEAST_ONCE).send();
    subscribe("a/b/c");
    subscribe("a/b/#");
    subscribe("$share/g1/jobs/#");
    Mqtt5BlockingClient other = connect("other", 0);
    other.subscribeWith().topicFilter("a/b/c").send();
    connect("pubonly", 0);

    assertThat(get("/metrics"))
        .matches(
            "\\{\"metrics\":\\[],\"cpuinfo\":\"\\d+\\.\\d\\d%\",\"memory\":\"\\d+\","
                + "\"connections\":3}");
    Response text = given(admin).get(ApiRoutes.ROOT + "/prometheus");
    assertThat(text.contentType()).startsWith("text/plain");
    assertThat(text.body().asString())
        .startsWith("# TYPE nanomq_connections_count gauge\n# HELP nanomq_connections_count\n")
        .contains("\nnanomq_connections_count 3\n", "\nnanomq_cpu_usage_max ")
        .contains("\nnanomq_topics_count 3\n", "\nnanomq_subscribers_count 2\n")
        .containsPattern("\nnanomq_messages_received [1-9]");
  }

  private Mqtt5BlockingClient connect(String id, long expirySeconds) {
    Mqtt5BlockingClient made =
        Mqtt5Client.builder()
            .identifier(id)
            .serverHost("127.0.0.1")
            .serverPort(running.get().ports().get(0))
            .buildBlocking();
    made.connectWith().sessionExpiryInterval(expirySeconds).send();
    clients.add(made);
    return made;
  }

  private void subscribe(String filter) {
    client.subscribeWith().topicFilter(filter).qos(MqttQos.EXACTLY_ONCE).send();
  }

  private String next() throws InterruptedException {
    Mqtt5Publish message = inbox.receive(60, TimeUnit.SECONDS).orElseThrow();
    String payload = new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
    return message.getTopic() + "|" + message.getQos().getCode() + "|" + payload;
  }

  private String get(String path) {
    Response answer = given(admin).get(ApiRoutes.ROOT + path);
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body().asString();
  }

  private Response delete(String path) {
    return given(admin).delete(ApiRoutes.ROOT + path);
  }

  private void post(String path, String body, int status, String expected) {
    Response answer =
        given(admin).body(body.getBytes(StandardCharsets.UTF_8)).post(ApiRoutes.ROOT + path);
    assertThat(answer.body().asString()).isEqualTo(expected);
    assertThat(answer.statusCode()).isEqualTo(status);
  }
}
