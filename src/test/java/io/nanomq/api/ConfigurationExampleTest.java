package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.nanomq.FreePort;
import io.nanomq.TestConf;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.Reconciler;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The page's own POST: accepted as it stands, in force after a restart, every value of it. */
@QuarkusTest
class ConfigurationExampleTest {
  private static final String CONFIGURATION = ApiRoutes.ROOT + "/configuration";

  @Inject HttpListener http;
  @Inject Reconciler reconciler;
  @Inject RunningBroker running;
  @Inject ConfInputs inputs;

  @AfterEach
  void asBefore() throws Exception {
    Files.writeString(document(), TestConf.DOCUMENT);
    reconciler.apply("restart").toCompletableFuture().get();
  }

  private Path document() {
    return inputs.workingDirectory().resolve("nanomq.conf");
  }

  @Test
  void wordForWordItIsValid() throws IOException {
    List<String> changed =
        post(CONFIGURATION + "?dry_run=true", ConfigurationExample.text()).path("data.changes.key");

    assertThat(changed).contains("url", "http_server.port", "bridges.mqtt.bridge.forwards");
    assertThat(Files.readString(document())).isEqualTo(TestConf.DOCUMENT);
  }

  @Test
  void afterARestartEveryValueOfItIsAnswered() throws IOException {
    int tcp = FreePort.find();
    String body = ConfigurationExample.withPorts(tcp, FreePort.find(), FreePort.find());

    assertThat(post(CONFIGURATION, body).asString()).startsWith("{\"code\":0");
    assertThat(post(ApiRoutes.ROOT + "/ctrl/restart", "").asString()).isEqualTo("{\"code\":0}");

    Map<String, Object> wanted = JsonPath.from(body).getMap("data");
    Map<String, Object> answered = admin().get(CONFIGURATION).path("data");
    // Loops are those of the process.
    assertThat(ConfigurationExample.missing(wanted, answered))
        .allMatch(missing -> missing.startsWith("/num_taskq_thread is"));
    assertThat(running.get().ports()).hasSize(2).contains(tcp);
    // Sent back as it was answered, it changes nothing.
    String before = Files.readString(document());
    admin().body(Map.of("data", answered)).contentType("application/json").post(CONFIGURATION);
    assertThat(Files.readString(document())).isEqualTo(before);
  }

  private io.restassured.response.ExtractableResponse<?> post(String path, String body) {
    return admin()
        .contentType("application/x-www-form-urlencoded") // as curl -d does
        .body(body)
        .post(path)
        .then()
        .statusCode(200)
        .body("code", equalTo(0))
        .extract();
  }

  private RequestSpecification admin() {
    return given()
        .baseUri("http://127.0.0.1")
        .port(http.port())
        .auth()
        .preemptive()
        .basic("admin", "public");
  }
}
