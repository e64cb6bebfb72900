package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API while real clients are connected: the reference's own scene, section D. */
@QuarkusTest
class ApiClientsTest {
  @Inject HttpListener http;
  @Inject RunningBroker running;

  private final List<Mqtt3BlockingClient> clients311 = new ArrayList<>();
  private final List<Mqtt5BlockingClient> clients5 = new ArrayList<>();
  private RequestSpecification admin;

  @BeforeEach
  void scene() {
    admin =
        new RequestSpecBuilder()
            .setBaseUri("http://127.0.0.1")
            .setPort(http.port())
            .setUrlEncodingEnabled(false)
            .addHeader("Authorization", "Basic YWRtaW46cHVibGlj")
            .build();
    subscribe(v311("persist", "dave", false), "p/q", MqttQos.AT_LEAST_ONCE);
    subscribe(v311("sub 311/x", "alice", true), "sensors/+/temp", MqttQos.AT_LEAST_ONCE);
    subscribe(v5("share-1", "bob"), "$share/g1/jobs/#", MqttQos.EXACTLY_ONCE);
    v5("pubonly", "");
  }

  @AfterEach
  void leave() {
    // The session that outlives its connection must not be there for the next test.
    clients311.forEach(client -> client.disconnect());
    clients5.forEach(client -> client.disconnect());
    connect(client311("persist"), "dave", true).disconnect();
    await().until(() -> list("/clients", "client_id").isEmpty());
  }

  @Test
  void everySessionIsListedAndEveryConnectionCounted() {
    assertThat(list("/clients", "client_id"))
        .containsExactlyInAnyOrder("persist", "sub 311/x", "share-1", "pubonly");
    assertThat(number("/nodes", "data[0].connections")).isEqualTo(4);
  }

  @Test
  void oneClientByItsEncodedId() {
    String expected =
        """
        {"code":0,"data":[{"client_id":"sub 311/x","username":"alice","keepalive":30,\
        "conn_state":"connected","clean_start":true,"proto_name":"MQTT","proto_ver":4,\
        "recv_msg":0,"clientid":"sub 311/x","connected":true}]}\
        """;

    assertThat(body("/clients/sub%20311%2Fx")).isEqualTo(expected);
    assertThat(body("/clients/sub%20311%2Fx/")).isEqualTo(expected);
    assertThat(body("/clients?clientid=sub%20311/x&proto_ver=4")).isEqualTo(expected);
    assertThat(body("/clients/username/alice")).isEqualTo(expected);
  }

  @Test
  void clientsWithoutUsernameAreNoTrouble() {
    assertThat(list("/clients/username/bob", "client_id")).containsExactly("share-1");
    assertThat(list("/clients?username=", "client_id")).containsExactly("pubonly");
  }

  @Test
  void clientsOfOneUserAreAListLikeAnyOther() {
    assertThat(body("/clients/username/bob?_fields=client_id"))
        .isEqualTo("{\"code\":0,\"data\":[{\"client_id\":\"share-1\"}]}");
    assertThat(body("/clients/username/bob?_page=1&_limit=1&_sort=-keepalive&_fields=username"))
        .isEqualTo(
            "{\"code\":0,\"meta\":{\"page\":1,\"limit\":1,\"count\":1},"
                + "\"data\":[{\"username\":\"bob\"}]}");
    assertThat(body("/clients/username/bob?clientid=nosuch")).isEqualTo("{\"code\":0,\"data\":[]}");
  }

  @Test
  void publishesAreCountedByWhoSentThem() {
    Mqtt5BlockingClient publisher = v5("counted", "");
    for (int i = 0; i < 3; i++) {
      publisher.publishWith().topic("n/o/body").qos(MqttQos.AT_LEAST_ONCE).send();
    }

    assertThat(number("/clients/counted", "data[0].recv_msg")).isEqualTo(3);
    assertThat(number("/clients/persist", "data[0].recv_msg")).isZero();
  }

  @Test
  void subscriptionsAreListedAsSubscribed() {
    assertThat(body("/subscriptions/share-1"))
        .isEqualTo(
            "{\"code\":0,\"data\":[{\"clientid\":\"share-1\",\"topic\":\"$share/g1/jobs/#\",\"qos\":2}]}");
    assertThat(list("/subscriptions", "topic"))
        .containsExactlyInAnyOrder("p/q", "sensors/+/temp", "$share/g1/jobs/#");
    assertThat(list("/subscriptions?share=g1&qos=2", "clientid")).containsExactly("share-1");
    assertThat(list("/subscriptions?topic=p/q", "clientid")).containsExactly("persist");
    assertThat(body("/subscriptions/pubonly")).isEqualTo("{\"code\":0,\"data\":[]}");
  }

  @Test
  void topicTree() {
    assertThat(body("/topic-tree"))
        .isEqualTo(
            """
            {"code":0,"data":[[{"topic":"","cld_cnt":3}],\
            [{"topic":"$share","cld_cnt":1},{"topic":"p","cld_cnt":1},\
            {"topic":"sensors","cld_cnt":1}],[{"topic":"g1","cld_cnt":1},\
            {"topic":"q","cld_cnt":0,"clientid":["persist"]},{"topic":"+","cld_cnt":1}],\
            [{"topic":"jobs","cld_cnt":1},\
            {"topic":"temp","cld_cnt":0,"clientid":["sub 311/x"]}],\
            [{"topic":"#","cld_cnt":0,"clientid":["share-1"]}],[]]}\
            """);
  }

  @Test
  void aSessionOutlivesItsConnection() {
    clients311.remove(0).disconnect();

    await().until(() -> list("/clients?conn_state=disconnected", "client_id").contains("persist"));
    assertThat(body("/clients/persist"))
        .contains("\"conn_state\":\"disconnected\",\"clean_start\":false")
        .endsWith("\"connected\":false}]}");
    assertThat(list("/subscriptions/persist", "topic")).containsExactly("p/q");
    await().untilAsserted(() -> assertThat(number("/nodes", "data[0].connections")).isEqualTo(3));
  }

  private String body(String path) {
    var answer = given(admin).get(ApiRoutes.ROOT + path);
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body().asString();
  }

  private List<String> list(String path, String field) {
    return given(admin).get(ApiRoutes.ROOT + path).path("data." + field);
  }

  private int number(String path, String jsonPath) {
    return given(admin).get(ApiRoutes.ROOT + path).path(jsonPath);
  }

  private Mqtt3BlockingClient v311(String id, String username, boolean cleanSession) {
    Mqtt3BlockingClient client = connect(client311(id), username, cleanSession);
    clients311.add(client);
    return client;
  }

  private Mqtt3BlockingClient client311(String id) {
    return Mqtt3Client.builder()
        .identifier(id)
        .serverHost("127.0.0.1")
        .serverPort(running.get().ports().get(0))
        .buildBlocking();
  }

  private static Mqtt3BlockingClient connect(
      Mqtt3BlockingClient client, String username, boolean cleanSession) {
    client
        .connectWith()
        .cleanSession(cleanSession)
        .keepAlive(30)
        .simpleAuth()
        .username(username)
        .applySimpleAuth()
        .send();
    return client;
  }

  private Mqtt5BlockingClient v5(String id, String username) {
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .identifier(id)
            .serverHost("127.0.0.1")
            .serverPort(running.get().ports().get(0))
            .buildBlocking();
    var connect = client.connectWith().keepAlive(30);
    if (!username.isEmpty()) {
      connect = connect.simpleAuth().username(username).applySimpleAuth();
    }
    connect.send();
    clients5.add(client);
    return client;
  }

  private static void subscribe(Mqtt3BlockingClient client, String filter, MqttQos qos) {
    client.subscribeWith().topicFilter(filter).qos(qos).send();
  }

  private static void subscribe(Mqtt5BlockingClient client, String filter, MqttQos qos) {
    client.subscribeWith().topicFilter(filter).qos(qos).send();
  }
}
