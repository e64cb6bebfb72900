package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.TestConf;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.config.document.ConfDocument;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.Reconciler;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.nanomq.it.RawClient;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The document of the test broker, edited over HTTP, and put back after each test. */
abstract class EditedDocument {
  static final String CONFIGURATION = ApiRoutes.ROOT + "/configuration";

  @Inject HttpListener http;
  @Inject Reconciler reconciler;
  @Inject RunningBroker running;
  @Inject ConfInputs inputs;

  Path document;

  @BeforeEach
  void document() {
    document = inputs.workingDirectory().resolve("nanomq.conf");
  }

  @AfterEach
  void asBefore() throws Exception {
    Files.writeString(document, TestConf.DOCUMENT);
    reconciler.apply("restart").toCompletableFuture().get();
  }

  /** The file byte for byte as before, the broker serving as before. */
  final void assertUntouched() {
    assertThat(read()).isEqualTo(TestConf.DOCUMENT);
    assertThat(reconciler.running().documents().values())
        .extracting(ConfDocument::text)
        .containsExactly(TestConf.DOCUMENT);
    try (RawClient client = new RawClient("127.0.0.1", running.get().ports().get(0), 4)) {
      client.connected("serving", true).subscribe(1, "serving", 0);
      assertThat(client.receive().type()).isEqualTo(9);
      client.publish("serving", 0, 0, new byte[] {'x'});
      assertThat(client.receive().payload(4)).isEqualTo("x");
    }
    admin().get(ApiRoutes.ROOT + "/nodes").then().statusCode(200);
  }

  final String read() {
    try {
      return Files.readString(document);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  final void write(String text) {
    try {
      Files.writeString(document, text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  final ValidatableResponse restart() {
    return post(ApiRoutes.ROOT + "/ctrl/restart", new byte[0]);
  }

  final ValidatableResponse status() {
    return admin().get(CONFIGURATION + "/status").then().statusCode(200);
  }

  final ValidatableResponse post(String path, Object body) {
    if (body instanceof byte[] bytes) {
      // Whatever the type says, the body counts: curl -d calls everything a form.
      return admin().contentType("application/octet-stream").body(bytes).post(path).then();
    }
    return admin().contentType("application/json").body(body).post(path).then();
  }

  final RequestSpecification admin() {
    return given(
        new RequestSpecBuilder()
            .setBaseUri("http://127.0.0.1")
            .setPort(http.port())
            .setConfig(
                RestAssuredConfig.config()
                    .encoderConfig(
                        EncoderConfig.encoderConfig()
                            .appendDefaultContentCharsetToContentTypeIfUndefined(false)))
            .addHeader("Authorization", "Basic YWRtaW46cHVibGlj")
            .build());
  }
}
