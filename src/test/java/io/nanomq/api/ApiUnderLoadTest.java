package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.micrometer.core.instrument.MeterRegistry;
import io.nanomq.TestConf;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.Reconciler;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The API leaves the processors to MQTT while messages flow, and takes what it needs otherwise. */
@QuarkusTest
@Timeout(120)
@Tag("slow")
class ApiUnderLoadTest {
  private static final int MESSAGES_A_SECOND = 1_000;

  @Inject HttpListener http;
  @Inject RunningBroker running;
  @Inject MeterRegistry meters;
  @Inject ConfInputs inputs;
  @Inject Reconciler reconciler;

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private RequestSpecification admin;

  @BeforeEach
  void scene() {
    admin =
        new RequestSpecBuilder()
            .setBaseUri("http://127.0.0.1")
            .setPort(http.port())
            .addHeader("Authorization", "Basic YWRtaW46cHVibGlj")
            .build();
  }

  @AfterEach
  void leave() throws Exception {
    clock.shutdownNow();
    apply("");
  }

  @Test
  void requestsWaitWhileMessagesFlowUnlessTheyMayTakeAll() throws Exception {
    Mqtt5AsyncClient client = Mqtt5Client.builder().serverPort(mqttPort()).buildAsync();
    client.toBlocking().connect();
    apply("http_server.cpu_share=1\n");
    await().until(() -> !running.get().isBusy());
    double before = waited();
    askOften(200);
    assertThat(waited()).as("without messages").isEqualTo(before);
    clock.scheduleAtFixedRate(
        () -> client.publishWith().topic("flow").send(),
        0,
        TimeUnit.SECONDS.toMicros(1) / MESSAGES_A_SECOND,
        TimeUnit.MICROSECONDS);
    await().until(() -> running.get().isBusy());
    await().atMost(Duration.ofSeconds(60)).until(() -> askOften(50) && waited() > before);
    double sofar = waited();
    askOften(10);
    assertThat(waited() - sofar).as("seconds of ten requests").isLessThanOrEqualTo(10 * 0.5);

    apply("http_server.cpu_share=100\n");
    double withShare = waited();
    askOften(200);
    assertThat(running.get().isBusy()).isTrue();
    assertThat(waited()).as("without a limit").isEqualTo(withShare);
    client.toBlocking().disconnect();
  }

  private boolean askOften(int times) {
    for (int i = 0; i < times; i++) {
      given(admin).get(ApiRoutes.ROOT + "/nodes").then().statusCode(200);
    }
    return true;
  }

  private void apply(String more) throws Exception {
    Files.writeString(document(), TestConf.DOCUMENT + more);
    reconciler.apply("restart").toCompletableFuture().get();
  }

  private Path document() {
    return inputs.workingDirectory().resolve("nanomq.conf");
  }

  private int mqttPort() {
    return running.get().ports().get(0);
  }

  private double waited() {
    return meters.get("nanomq.api.rest").functionCounter().count();
  }
}
