package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.nanomq.http.ManagementListener;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health and metrics are on a port of their own, which is not for the outside. */
@QuarkusTest
class ManagementPortTest {
  private static final Pattern METRIC = Pattern.compile("\\bnanomq_[a-z_]+");

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

  /** An alert on a metric that is not there, or not there yet, says nothing when it should. */
  @Test
  void everyMetricOfTheAlertsIsThereFromTheBeginning() throws IOException {
    List<String> told =
        given().get(management("/q/metrics")).asString().lines().filter(this::isSample).toList();
    List<String> asked =
        Files.readString(Path.of("k8s-monitoring/alerts.yaml"))
            .lines()
            .filter(line -> line.contains("expr: "))
            .flatMap(expression -> METRIC.matcher(expression).results())
            .map(MatchResult::group)
            .distinct()
            .toList();
    assertThat(asked).hasSizeGreaterThan(10);
    for (String metric : asked) {
      assertThat(told).as(metric).anyMatch(line -> line.matches(metric + "[{ ].*"));
    }
    for (String tag :
        List.of(
            "outcome=\"rejected\"",
            "outcome=\"rolled_back\"",
            "state=\"connected\"",
            "state=\"disabled\"",
            "reason=\"expired\"")) {
      assertThat(told).as(tag).anyMatch(line -> line.contains(tag));
    }
  }

  private boolean isSample(String line) {
    return !line.startsWith("#");
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
