package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import io.nanomq.api.route.ApiRoutes;
import io.nanomq.http.HttpListener;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ApiLogTest {
  private static final String CATEGORY = "io.nanomq.nowhere";

  @Inject HttpListener http;

  private RequestSpecification admin() {
    return given()
        .baseUri("http://127.0.0.1:" + http.port() + ApiRoutes.ROOT)
        .header("Authorization", "Basic YWRtaW46cHVibGlj")
        .contentType("application/json");
  }

  private ValidatableResponse set(String body) {
    return admin().body(body).put("/log/level").then();
  }

  @Test
  void oneCategoryGetsALevelOfItsOwnAndGivesItBack() {
    set("{\"level\":\"debug\",\"category\":\"" + CATEGORY + "\"}").body("code", equalTo(0));
    admin()
        .get("/log")
        .then()
        .body("data.level", equalTo("info"))
        .body("data.categories.'" + CATEGORY + "'", equalTo("debug"));
    set("{\"category\":\"" + CATEGORY + "\"}").body("code", equalTo(0));
    admin().get("/log").then().body("data.categories", not(hasKey(CATEGORY)));
  }

  /** A web server may send a line's worth thousands of times beside one answer. */
  @Test
  void whatComesBesideAnAnswerIsNoErrorInTheLog() {
    String framework = "io.vertx.core.net.impl.ConnectionBase";
    assertThat(Logger.getLogger(framework).isEnabled(Logger.Level.FATAL)).isFalse();
    assertThat(Logger.getLogger(ApiLogTest.class).isEnabled(Logger.Level.ERROR)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | 107",
        "{\"level\":\"loud\"} | 108",
        "{\"level\":\"info\",\"category\":\"a b\"} | 108",
        "{\"level\":1} | 108",
        "[] | 109"
      })
  void whatIsWrongIsTold(String body, int code) {
    set(body).statusCode(400).body("code", equalTo(code));
  }
}
