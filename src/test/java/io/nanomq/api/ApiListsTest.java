package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.nanomq.Soak;
import io.nanomq.api.list.ListTable;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.nanomq.session.ManySessions;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists: their order, their fields, their pages, and lists of very many. */
@QuarkusTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiListsTest {
  private static final Logger LOG = Logger.getLogger(ApiListsTest.class);
  private static final int MANY = Soak.times(6_000);

  @Inject HttpListener http;
  @Inject RunningBroker running;

  private RequestSpecification admin;
  private List<Mqtt5BlockingClient> clients;

  @BeforeAll
  void scene() {
    admin =
        new RequestSpecBuilder()
            .setBaseUri("http://127.0.0.1")
            .setPort(http.port())
            .setUrlEncodingEnabled(false)
            .addHeader("Authorization", "Basic YWRtaW46cHVibGlj")
            .build();
    clients = List.of(client("b", 20), client("a", 10), client("c", 30));
    subscribe(0, "x/1", 1);
    subscribe(1, "x/2", 2);
    subscribe(2, "x/+", 0);
    for (String topic : List.of("r/2", "r/1", "r/3")) {
      clients
          .get(0)
          .publishWith()
          .topic(topic)
          .retain(true)
          .payload(topic.equals("r/1") ? new byte[7] : new byte[3])
          .send();
    }
    await().until(() -> running.get().retained().size() == 3);
  }

  @AfterAll
  void leave() {
    given(admin).delete(ApiRoutes.ROOT + "/retained?topic=%23").then().statusCode(200);
    clients.forEach(Mqtt5BlockingClient::disconnect);
    await().until(() -> running.get().sessions().size() == 0);
  }

  private Mqtt5BlockingClient client(String id, int keepAlive) {
    var client =
        Mqtt5Client.builder()
            .identifier(id)
            .serverHost("127.0.0.1")
            .serverPort(running.get().ports().get(0))
            .buildBlocking();
    client.connectWith().keepAlive(keepAlive).send();
    return client;
  }

  private void subscribe(int client, String filter, int qos) {
    clients.get(client).subscribeWith().topicFilter(filter).qos(MqttQos.fromCode(qos)).send();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/clients?_sort=clientid | client_id | a,b,c",
        "/clients?_sort=-client_id | client_id | c,b,a",
        "/clients?_sort=keepalive | client_id | a,b,c",
        "/clients?_sort=-keepalive&_limit=2 | client_id | c,b",
        "/clients?_sort=-keepalive&_limit=2&_page=2 | client_id | a",
        "/clients?_sort=conn_state | client_id | a,b,c",
        "/clients?_sort=-proto_ver | client_id | a,b,c",
        "/clients?_sort=-recv_msg&proto_ver=5 | client_id | b,a,c",
        "/clients?_sort=client_id&_limit=1&_page=2 | client_id | b",
        "/clients?_sort=-clientid&_limit=2 | client_id | c,b",
        "/clients?_limit=2 | client_id | a,b",
        "/clients?_limit=2&_page=2 | client_id | c",
        "/clients?_limit=2&_page=2&conn_state=connected | client_id | c",
        "/clients?_sort=username&clientid=c | client_id | c",
        "/subscriptions?_sort=topic | topic | x/+,x/1,x/2",
        "/subscriptions?_sort=-qos | clientid | a,b,c",
        "/subscriptions?_sort=-qos&_page=2&_limit=2 | clientid | c",
        "/subscriptions/match?topic=x/1&_sort=-clientid | clientid | c,b",
        "/subscriptions/match?topic=x/1&qos=0 | clientid | c",
        "/subscriptions/match?topic=x/2&_limit=1 | clientid | a",
        "/retained?_sort=topic | topic | r/1,r/2,r/3",
        "/retained?_sort=-topic&_limit=1&_page=2 | topic | r/2",
        "/retained?_sort=-size&topic=r/%23 | topic | r/1,",
        "/retained?_sort=expires_in&_limit=3 | qos | 0,0,0"
      })
  void order(String path, String field, String expected) {
    List<Object> values = given(admin).get(ApiRoutes.ROOT + path).path("data." + field);

    String shown = String.join(",", values.stream().map(Object::toString).toList());
    assertThat(expected.endsWith(",") ? shown.substring(0, expected.length()) : shown)
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/clients?clientid=a&_fields=connected,client_id |"
            + " {'code':0,'data':[{'client_id':'a','connected':true}]}",
        "/clients?_limit=1&_fields=keepalive |"
            + " {'code':0,'meta':{'page':1,'limit':1,'count':3},'data':[{'keepalive':10}]}",
        "/clients?_page=9&_limit=9&_fields=keepalive |"
            + " {'code':0,'meta':{'page':9,'limit':9,'count':3},'data':[]}",
        "/subscriptions?qos=2&_fields=qos,topic | {'code':0,'data':[{'topic':'x/2','qos':2}]}",
        "/subscriptions/match?topic=x/2&_sort=clientid&_fields=clientid |"
            + " {'code':0,'data':[{'clientid':'a'},{'clientid':'c'}]}",
        "/retained?topic=r/1&_fields=size,topic,expires_in |"
            + " {'code':0,'meta':{'page':1,'limit':100,'count':1},'data':[{'topic':'r/1','size':7}]}",
        "/topic-tree?_fields=cld_cnt |"
            + " {'code':0,'data':[[{'cld_cnt':1}],[{'cld_cnt':3}],[{'cld_cnt':0},{'cld_cnt':0},{'cld_cnt':0}],[]]}",
        "/topic-tree?_page=1&_limit=1&_fields=topic,clientid |"
            + " {'code':0,'meta':{'page':1,'limit':1,'count':4},'data':[[{'topic':''}]]}",
        "/subscriptions/b?_fields=qos | {'code':0,'data':[{'qos':1}]}",
        "/subscriptions/b?_limit=1&_page=2&qos=1 |"
            + " {'code':0,'meta':{'page':2,'limit':1,'count':1},'data':[]}",
        "/subscriptions/b?qos=2 | {'code':0,'data':[]}",
        "/topic-tree?_page=2&_limit=2&_fields=topic,clientid |"
            + " {'code':0,'meta':{'page':2,'limit':2,'count':4},'data':[[{'topic':'+','clientid':['c']},{'topic':'1','clientid':['b']},{'topic':'2','clientid':['a']}],[]]}"
      })
  void fields(String path, String expected) {
    var answer = given(admin).get(ApiRoutes.ROOT + path);

    assertThat(answer.body().asString()).isEqualTo(expected.replace('\'', '"'));
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Content-Length")).as("short answers are one").isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "/clients?_sort=nosuch, 'client_id, username'",
    "/clients?_sort=, 'client_id, username'",
    "/clients?_sort=--clientid, 'client_id, username'",
    "/clients?_fields=nosuch, 'client_id, username'",
    "/clients?_fields=, 'client_id, username'",
    "/subscriptions?_sort=filter, 'clientid, topic, qos'",
    "/subscriptions?_fields=clientid%2Cfilter, 'clientid, topic, qos'",
    "/subscriptions/match?topic=a&_sort=share, 'clientid, topic, qos'",
    "/subscriptions/match?topic=a&_fields=share, 'clientid, topic, qos'",
    "/subscriptions/match?topic=a&nosuch=1, nosuch",
    "/retained?_sort=payload, 'topic, qos, size, expires_in'",
    "/retained?_fields=name, 'topic, qos, payload, encoding, size, expires_in'",
    "/retained?nosuch=1, nosuch",
    "/retained?_limit=1001, '1000'",
    "/topic-tree?_sort=topic, topic",
    "/topic-tree?_fields=nosuch, 'topic, cld_cnt, clientid'",
    "/topic-tree?nosuch=1, nosuch",
    "/clients?_sort=clientid&_sort=clientid, once"
  })
  void whatIsUnknownIsRefusedWithWhatIsKnown(String path, String told) {
    given(admin)
        .get(ApiRoutes.ROOT + path)
        .then()
        .statusCode(400)
        .body("code", equalTo(108))
        .body("message", containsString(told));
  }

  @Test
  void whatCanBeSortedByIsWhatIsShown() {
    List<String> shown =
        ClientsResource.TABLE.columns().stream().map(ListTable.Column::name).toList();
    List<String> sortable =
        shown.stream().filter(name -> ClientsResource.TABLE.sort(name) != null).toList();
    assertThat(sortable).hasSize(10).isEqualTo(shown);
  }

  @Test
  void tensOfThousandsOfClientsWithoutNotice() throws Exception {
    var sessions = running.get().sessions();
    ManySessions.add(sessions, "a", "many-", MANY);
    try {
      var longest = new AtomicLong();
      var stop = new AtomicBoolean();
      var watch = CompletableFuture.runAsync(() -> watch("a", longest, stop));
      long began = System.nanoTime();
      for (String query : List.of("", "?_limit=100", "?_sort=-recv_msg&_fields=clientid")) {
        long start = System.nanoTime();
        byte[] answer = given(admin).get(ApiRoutes.ROOT + "/clients" + query).body().asByteArray();
        int listed = new ObjectMapper().readTree(answer).get("data").size();
        LOG.infof("/clients%s: %d in %d ms", query, listed, millisSince(start));
        assertThat(listed).isEqualTo(query.contains("_limit") ? 100 : MANY + 3);
      }
      long listing = System.nanoTime() - began;
      stop.set(true);
      watch.get(60, TimeUnit.SECONDS);
      LOG.infof("the event loop was away for %d us at most", longest.get() / 1000);
      // Made by the loop, lists would keep it for as long as they take.
      assertThat(longest.get()).isLessThan(Math.max(listing / 2, TimeUnit.SECONDS.toNanos(2)));
      slowReader("");
      slowReader("?_sort=-recv_msg");
    } finally {
      ManySessions.remove(sessions, "many-", MANY);
    }
  }

  /** How long tasks of a loop wait for their turn; longer where the machine is busy elsewhere. */
  private void watch(String client, AtomicLong longest, AtomicBoolean stop) {
    var loop = running.get().sessions().find(client).loop().eventLoop();
    while (!stop.get()) {
      long start = System.nanoTime();
      loop.submit(() -> {}).syncUninterruptibly();
      longest.accumulateAndGet(System.nanoTime() - start, Math::max);
    }
  }

  /** Begins to read, looks at the heap, and reads the rest. */
  private void slowReader(String query) throws IOException {
    long before = heap();
    try (Socket socket = new Socket("127.0.0.1", http.port())) {
      socket.setReceiveBufferSize(16 * 1024);
      String head =
          "GET /api/v4/clients%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".formatted(query)
              + "Authorization: Basic YWRtaW46cHVibGlj\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      assertThat((char) in.read()).isEqualTo('H');
      // What others have on the heap in this moment goes; what is held for the reader would stay.
      await("less than the answer alone would take").until(() -> heap() - before < MANY * 100L);
      long rest = in.transferTo(java.io.OutputStream.nullOutputStream());
      assertThat(rest).isGreaterThan(MANY * 100L);
    }
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }
}
