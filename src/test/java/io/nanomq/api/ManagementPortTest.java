package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.nanomq.http.ManagementListener;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health and metrics are on a port of their own, which is not for the outside. */
@QuarkusTest
class ManagementPortTest {
  @Inject LiveConf live;

  @Inject ManagementListener listener;

  @ParameterizedTest
  @ValueSource(strings = {"/q/health", "/q/health/live", "/q/health/ready", "/q/health/started"})
  void healthNeedsNoCredentialsThere(String path) {
    given().get(management(path)).then().statusCode(200).body("status", equalTo("UP"));
  }

  @Test
  void metricsNeedNoCredentialsThere() {
    given()
        .get(management("/q/metrics"))
        .then()
        .statusCode(200)
        .body(containsString("nanomq_connections"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/q/health", "/q/health/live", "/q/metrics", "/metrics", "/health"})
  void theApisPortHasNeither(String path) {
    live.admin().get(path).then().statusCode(404).body("code", equalTo(102));
  }

  @Test
  void theApiIsNotThere() {
    given().get(management("/api/v4/nodes")).then().statusCode(404);
  }

  private String management(String path) {
    return "http://127.0.0.1:" + listener.port() + path;
  }
}
