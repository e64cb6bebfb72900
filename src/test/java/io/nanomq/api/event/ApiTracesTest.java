package io.nanomq.api.event;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.nanomq.trace.Traces;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /api/v4/traces} over real sockets. */
@QuarkusTest
class ApiTracesTest {
  @Inject HttpListener http;
  @Inject RunningBroker running;
  @Inject EventStreams streams;

  @AfterEach
  void nothingIsOn() {
    Traces traces = running.get().integrations().traces();
    traces.list().forEach(one -> traces.end(one.id(), "test"));
    await().until(() -> streams.count() == 0);
  }

  private RequestSpecification admin() {
    return given().port(http.port()).auth().preemptive().basic("admin", "public");
  }

  private HttpResponse<InputStream> follow(String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/api/v4/traces"))
            .header("Authorization", "Basic YWRtaW46cHVibGlj")
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  private void publish(String topic, String payload) {
    admin()
        .body(Map.of("topic", topic, "payload", payload, "clientid", "c"))
        .post("/api/v4/mqtt/publish")
        .then()
        .statusCode(200);
  }

  @Test
  void linesComeUntilThereAreEnough() throws Exception {
    String long2 = "x".repeat(TraceLine.SHOWN_BYTES + 1);
    HttpResponse<InputStream> stream =
        follow("{\"type\":\"topic\",\"value\":\"tr/+\",\"payload\":true,\"lines\":2}");
    assertThat(stream.statusCode()).isEqualTo(200);
    assertThat(stream.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    admin()
        .get("/api/v4/traces")
        .then()
        .body("data", hasSize(1))
        .body("data[0].type", equalTo("topic"))
        .body("data[0].value", equalTo("tr/+"))
        .body("data[0].payload", equalTo(true));
    publish("tr/1", "hello");
    publish("other", "hidden");
    publish("tr/2", long2);
    String text = new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(text)
        .contains("event:publish")
        .contains("\"action\":\"publish\"", "\"topic\":\"tr/1\"", "\"payload\":\"hello\"")
        .contains("\"topic\":\"tr/2\"", "\"payload_bytes\":1025")
        .contains("x".repeat(TraceLine.SHOWN_BYTES))
        .doesNotContain(long2, "hidden")
        .contains("event:end", "\"reason\":\"lines\"", "\"lines\":2");
    admin().get("/api/v4/traces").then().body("data", hasSize(0));
  }

  @Test
  void payloadsAreShownOnlyWhereThatIsAskedAndItEndsByRequest() throws Exception {
    HttpResponse<InputStream> stream = follow("{\"type\":\"topic\",\"value\":\"tr/+\"}");
    publish("tr/1", "secret");
    int id = admin().get("/api/v4/traces").then().extract().path("data[0].id");
    admin().delete("/api/v4/traces/" + id).then().body(equalTo("{\"code\":0}"));
    admin().delete("/api/v4/traces/" + id).then().statusCode(400).body("code", equalTo(108));
    String text = new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(text)
        .contains("\"topic\":\"tr/1\"", "\"payload_bytes\":6", "\"reason\":\"removed\"")
        .doesNotContain("secret");
  }

  @Test
  void theFirstEventHasTheNumberAndTheLastComesInTime() throws Exception {
    HttpResponse<InputStream> stream =
        follow("{\"type\":\"topic\",\"value\":\"tr/+\",\"seconds\":1}");
    String text = new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
    String[] events = text.split("\n\n");
    assertThat(events[0]).startsWith(":");
    assertThat(events[1]).startsWith("event:begin\ndata:{\"id\":");
    String id = events[1].replaceAll("\\D", "");
    assertThat(events[2]).startsWith("event:end").contains("\"reason\":\"time\"", "\"id\":" + id);
    assertThat(running.get().integrations().traces().list()).isEmpty();
  }

  @Test
  void whoGoesEndsTheTrace() throws Exception {
    HttpResponse<InputStream> stream = follow("{\"type\":\"clientid\",\"value\":\"c\"}");
    admin().get("/api/v4/traces").then().body("data", hasSize(1));
    stream.body().close();
    await().until(() -> running.get().integrations().traces().list().isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | 107 | type",
        "{\"type\":\"topic\"} | 107 | value",
        "{\"type\":\"user\",\"value\":\"a\"} | 108 | type",
        "{\"type\":\"topic\",\"value\":\"a/#/b\"} | 115 | a/#/b",
        "{\"type\":\"address\",\"value\":\"10.0.0.0/8\"} | 108 | value",
        "{\"type\":\"address\",\"value\":\"here\"} | 108 | value",
        "{\"type\":\"clientid\",\"value\":\"\"} | 108 | value",
        "{\"type\":\"clientid\",\"value\":\"a\",\"lines\":0} | 108 | lines",
        "{\"type\":\"clientid\",\"value\":\"a\",\"seconds\":3601} | 108 | seconds",
        "{\"type\":\"clientid\",\"value\":\"a\",\"more\":1} | 108 | more",
        "[] | 109 | object"
      })
  void whatIsWrongIsSaid(String body, int code, String named) {
    admin()
        .body(body)
        .post("/api/v4/traces")
        .then()
        .statusCode(400)
        .body("code", equalTo(code))
        .body("message", containsString(named));
    assertThat(running.get().integrations().traces().list()).isEmpty();
  }

  @Test
  void thereAreOnlySoMany() throws Exception {
    List<HttpResponse<InputStream>> open =
        IntStream.range(0, Traces.MOST)
            .mapToObj(
                i -> {
                  try {
                    return follow("{\"type\":\"clientid\",\"value\":\"c\"}");
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                })
            .toList();
    assertThat(open).allMatch(each -> each.statusCode() == 200);
    assertThat(follow("{\"type\":\"clientid\",\"value\":\"c\"}").statusCode()).isEqualTo(503);
  }
}
