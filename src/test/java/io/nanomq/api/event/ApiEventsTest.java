package io.nanomq.api.event;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.RunningConf;
import io.nanomq.config.model.EventsConf;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of events over real sockets, with real clients to cause them. */
@QuarkusTest
class ApiEventsTest {
  private static final int BUFFER = 16;

  @Inject HttpListener http;
  @Inject RunningBroker running;
  @Inject RunningConf conf;
  @Inject EventStreams streams;

  private final List<Mqtt5BlockingClient> clients = new ArrayList<>();
  private NanomqConf before;

  @BeforeEach
  void limits() {
    before = conf.current();
    limits(15_000);
  }

  private void limits(long beatMillis) {
    var limits = new EventsConf.Streams(2, BUFFER, beatMillis);
    var events = new EventsConf(60_000, true, "", limits);
    conf.replace(Copy.of(before, "integrations.events", events));
  }

  @AfterEach
  void restore() {
    conf.replace(before);
    for (Mqtt5BlockingClient client : clients) {
      if (client.getState().isConnected()) {
        client.disconnect();
      }
    }
    await().until(() -> streams.count() == 0);
    await().until(() -> running.get().sessions().size() == 0);
  }

  /** The framework has an error for each reader that goes while something is written to it. */
  @Test
  void whoGoesIsNoErrorInTheLog() {
    String framework = "org.jboss.resteasy.reactive.server.handlers.PublisherResponseHandler";
    assertThat(Logger.getLogger(framework).isEnabled(Logger.Level.ERROR)).isFalse();
    assertThat(Logger.getLogger(ApiEventsTest.class).isEnabled(Logger.Level.ERROR)).isTrue();
  }

  private EventReader follow(String query) {
    EventReader reader = new EventReader(http.port(), query);
    assertThat(reader.head.get(0)).isEqualTo("HTTP/1.0 200 OK");
    assertThat(reader.next().name()).as("a comment opens the stream").isEmpty();
    return reader;
  }

  private Mqtt5BlockingClient connect(String id) {
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .identifier(id)
            .serverHost("127.0.0.1")
            .serverPort(running.get().ports().get(0))
            .buildBlocking();
    clients.add(client);
    client.connectWith().keepAlive(33).send();
    return client;
  }

  private static void subscribe(Mqtt5BlockingClient client, String filter) {
    client.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send();
  }

  @Test
  void whatHappensToAClientIsTold() {
    try (EventReader reader = follow("?clientid=seen")) {
      assertThat(reader.head)
          .anyMatch(line -> line.equalsIgnoreCase("Content-Type: text/event-stream"))
          .anyMatch(line -> line.equalsIgnoreCase("Cache-Control: no-cache"));
      Mqtt5BlockingClient client = connect("seen");
      subscribe(client, "t/#");
      client.unsubscribeWith().topicFilter("t/#").send();
      client.disconnect();

      EventReader.Event connected = reader.nextEvent();
      assertThat(connected.name()).isEqualTo("connected");
      assertThat(connected.data())
          .matches(
              "\\{\"ts\":\\d{13},\"clientid\":\"seen\",\"username\":\"\","
                  + "\"ipaddress\":\"127.0.0.1\",\"proto_ver\":5,\"keepalive\":33,"
                  + "\"clean_start\":true}");
      EventReader.Event subscribed = reader.nextEvent();
      assertThat(subscribed.name()).isEqualTo("subscribed");
      assertThat(subscribed.data()).endsWith(",\"clientid\":\"seen\",\"topic\":\"t/#\",\"qos\":1}");
      EventReader.Event unsubscribed = reader.nextEvent();
      assertThat(unsubscribed.name()).isEqualTo("unsubscribed");
      assertThat(unsubscribed.data()).endsWith(",\"clientid\":\"seen\",\"topic\":\"t/#\"}");
      EventReader.Event disconnected = reader.nextEvent();
      assertThat(disconnected.name()).isEqualTo("disconnected");
      assertThat(disconnected.data()).endsWith("\"ipaddress\":\"127.0.0.1\",\"reason_code\":0}");
    }
  }

  @Test
  void aQuietStreamShowsThatItIsThere() {
    limits(20);
    try (EventReader reader = follow("?clientid=seen&type=connected")) {
      assertThat(List.of(reader.next(), reader.next(), reader.next()))
          .as("comments")
          .allMatch(beat -> beat.name().isEmpty());
      connect("seen");
      assertThat(reader.nextEvent().name()).isEqualTo("connected");
    }
  }

  @Test
  void onlyWhatWasAskedFor() {
    try (EventReader reader = follow("?type=connected,disconnected&clientid=b")) {
      Mqtt5BlockingClient a = connect("a");
      Mqtt5BlockingClient b = connect("b");
      subscribe(b, "t");
      b.disconnect();
      a.disconnect();

      assertThat(reader.nextEvent().data()).contains("\"clientid\":\"b\",");
      EventReader.Event last = reader.nextEvent();
      assertThat(last.name()).isEqualTo("disconnected");
      assertThat(last.data()).contains("\"clientid\":\"b\",");
    }
  }

  @Test
  void dropsAreGatheredForASecond() {
    try (EventReader reader = follow("?type=dropped&clientid=liar")) {
      Mqtt5BlockingClient liar = connect("liar");
      for (int i = 0; i < 50; i++) {
        liar.publishWith().topic("$SYS/x").send();
      }
      int told = 0;
      int events = 0;
      while (told < 50) {
        EventReader.Event event = reader.nextEvent();
        assertThat(event.data()).contains("\"clientid\":\"liar\",\"reason\":\"not_authorized\"");
        told += Integer.parseInt(event.data().replaceAll(".*\"count\":(\\d+)}", "$1"));
        events++;
      }
      assertThat(told).isEqualTo(50);
      assertThat(events).isLessThan(10);
      liar.disconnect();
    }
  }

  @Test
  void theJdksClientFollowsToo() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + http.port() + "/api/v4/events/?type=connected"))
            .header("Authorization", "Basic YWRtaW46cHVibGlj")
            .build();
    HttpResponse<Stream<String>> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofLines());
    assertThat(answer.statusCode()).isEqualTo(200);
    try (Stream<String> lines = answer.body()) {
      Iterator<String> line = lines.iterator();
      assertThat(line.next()).startsWith(":");
      connect("jdk").disconnect();
      assertThat(Stream.generate(line::next).filter(l -> l.startsWith("event")).findFirst())
          .hasValueSatisfying(name -> assertThat(name).endsWith("connected"));
    }
  }

  @Tag("slow")
  @Test
  void aReaderThatStopsLosesEventsAndIsToldHowMany() {
    long lostBefore = running.get().events().lost();
    int filters = 400;
    String deep = "x".repeat(60_000);
    try (EventReader reader = follow("?type=subscribed&clientid=busy")) {
      Mqtt5BlockingClient client = connect("busy");
      IntStream.range(0, filters).forEach(i -> subscribe(client, i + deep));
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> running.get().events().lost() > lostBefore);
      long lost = 0;
      int got = 0;
      String last = "";
      while (got + lost < filters) {
        EventReader.Event event = reader.nextEvent();
        last = event.name();
        if (last.equals("overflow")) {
          lost += Long.parseLong(event.data().replaceAll("\\{\"lost\":(\\d+)}", "$1"));
        } else {
          got++;
        }
      }
      assertThat(lost).isPositive().isEqualTo(running.get().events().lost() - lostBefore);
      assertThat(got).isGreaterThanOrEqualTo(BUFFER);
      assertThat(last).isEqualTo("overflow");
      subscribe(client, "after");
      assertThat(reader.nextEvent().data()).contains("\"topic\":\"after\"");
      client.disconnect();
    }
  }

  @Test
  void soManyStreamsAndNoMore() {
    try (EventReader one = follow("");
        EventReader two = follow("")) {
      assertThat(streams.count()).isEqualTo(2);
      Response refused = get("");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.contentType()).isEqualTo("application/json");
      assertThat(refused.<Integer>path("code")).isEqualTo(101);
      one.close();
      await().until(() -> streams.count() == 1);
      try (EventReader three = follow("")) {
        assertThat(streams.count()).isEqualTo(2);
        assertThat(three.head).isNotEmpty();
      }
      assertThat(two.head).isNotEmpty();
    }
  }

  @Test
  void theyEndWhenTheApplicationStops() {
    try (EventReader reader = follow("")) {
      streams.stop(new ShutdownEvent());
      assertThat(reader.hasEnded()).isTrue();
      assertThat(streams.count()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?type=",
        "?type=connected,x",
        "?foo=1",
        "?clientid=a&clientid=b",
        "?type=overflow"
      })
  void whatCannotBeAsked(String query) {
    Response answer = get(query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.<Integer>path("code")).isEqualTo(108);
    assertThat(streams.count()).isZero();
  }

  @Test
  void nobodyFollowsWithoutCredentials() {
    given().get("http://127.0.0.1:" + http.port() + "/api/v4/events").then().statusCode(401);
    assertThat(streams.count()).isZero();
  }

  private Response get(String query) {
    return given()
        .header("Authorization", "Basic YWRtaW46cHVibGlj")
        .get("http://127.0.0.1:" + http.port() + "/api/v4/events" + query);
  }
}
