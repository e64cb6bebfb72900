package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.nanomq.TestConf;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.Reconciler;
import io.nanomq.http.HttpListener;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps clients out and is not carried out does not get into force, by whichever way. */
@QuarkusTest
class ApiRestrictionsTest {
  private static final String CONFIGURATION = ApiRoutes.ROOT + "/configuration";
  private static final String UPDATE = ApiRoutes.ROOT + "/config_update";
  private static final String HOCON =
      """
      listeners.tcp { bind = "127.0.0.1:0" }
      listeners.ws { enable = false }
      http_server { port = 0, ip_addr = "127.0.0.1" }
      """;

  @Inject HttpListener http;
  @Inject Reconciler reconciler;
  @Inject ConfInputs inputs;

  private Path document;

  @BeforeEach
  void document() {
    document = inputs.workingDirectory().resolve("nanomq.conf");
  }

  @AfterEach
  void asBefore() throws Exception {
    Files.writeString(document, TestConf.DOCUMENT);
    reconciler.apply("restart").toCompletableFuture().get();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "authorization { sources = [{ type = simple }] } | nanomq.conf:4:30: authorization.sources.1"
      })
  void aDocumentThatRestrictsIsNotApplied(String line, String blamed) throws IOException {
    boolean isHocon = line.startsWith("auth");
    String text = (isHocon ? HOCON : TestConf.DOCUMENT) + line + "\n";
    String reason = blamed.split(": ")[blamed.split(": ").length - 1];

    for (String query : new String[] {"?dry_run=true", ""}) {
      post(UPDATE + query, text)
          .statusCode(400)
          .body("code", equalTo(108))
          .body("message", containsString(blamed))
          .body("message", containsString("is not carried out in this version"));
    }
    assertThat(Files.readString(document)).isEqualTo(TestConf.DOCUMENT);

    Files.writeString(document, text);
    post(ApiRoutes.ROOT + "/ctrl/restart", "")
        .statusCode(400)
        .body("message", containsString(blamed));
    assertThat(reconciler.running().document().text()).isEqualTo(TestConf.DOCUMENT);
    admin()
        .get(CONFIGURATION + "/status")
        .then()
        .body("data.stored.errors.toString()", containsString(reason));
  }

  @Test
  void anEditThatOnlyLooksLikeALockIsRefused() throws IOException {
    String certificate = "tls.certfile=cert.pem\ntls.keyfile=key.pem\ntls.enable=false\n";
    Files.writeString(document, TestConf.DOCUMENT + certificate);
    Map<String, Object> tls = Map.of("enable", true, "fail_if_no_peer_cert", true);
    post(CONFIGURATION, Map.of("data", Map.of("tls", tls)))
        .statusCode(400)
        .body("code", equalTo(108))
        .body("message", containsString("fail_if_no_peer_cert"))
        .body("message", containsString("refuses nobody without verify_peer"));
    assertThat(Files.readString(document)).isEqualTo(TestConf.DOCUMENT + certificate);
  }

  @Test
  void anEditAnswersTheWarningsThatItBrings() {
    post(CONFIGURATION, Map.of("data", Map.of("msq_len", 5))).body(equalTo("{\"code\":0}"));
    String ignored = "daemon = true is accepted but not in effect in this version";
    Map<String, ?> daemon = Map.of("data", Map.of("daemon", true));
    post(CONFIGURATION + "?dry_run=true", daemon)
        .body("data.warnings", hasItem(containsString(ignored)));
    post(CONFIGURATION, daemon)
        .statusCode(200)
        .body("code", equalTo(0))
        .body("warnings", hasItem(containsString(ignored)));
    // What was there before is in the status, and in a dry run.
    post(CONFIGURATION, Map.of("data", Map.of("msq_len", 6))).body(equalTo("{\"code\":0}"));
    post(CONFIGURATION + "?dry_run=true", Map.of("data", Map.of("msq_len", 7)))
        .body("data.warnings", hasItem(containsString(ignored)));
  }

  @Test
  void usersThatNobodyNeedsAreAWarning() {
    String text = HOCON + "auth { allow_anonymous = %s, password { joe = secret } }\n";
    String open = "still everybody gets in without a password";
    post(UPDATE, text.formatted("true"))
        .statusCode(200)
        .body("warnings", hasItem(containsString(open)));
    post(UPDATE, text.formatted("false")).statusCode(200).body(not(containsString(open)));
  }

  private ValidatableResponse post(String path, Object body) {
    String type = body instanceof String ? "text/plain" : "application/json";
    return admin().contentType(type).body(body).post(path).then();
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
