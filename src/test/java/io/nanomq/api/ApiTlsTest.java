package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.nanomq.TestConf;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.Reconciler;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.nanomq.tls.TestKeys;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys and certificates that come through the API as PEM. */
@QuarkusTest
class ApiTlsTest {
  private static final String CONFIGURATION = ApiRoutes.ROOT + "/configuration";

  @Inject HttpListener http;
  @Inject Reconciler reconciler;
  @Inject RunningBroker running;
  @Inject ConfInputs inputs;

  private Path folder;
  private TestKeys keys;

  @BeforeEach
  void keys() throws Exception {
    folder = inputs.workingDirectory();
    keys = TestKeys.make(folder, "EC", 1);
  }

  @AfterEach
  void asBefore() throws Exception {
    Files.writeString(folder.resolve("nanomq.conf"), TestConf.DOCUMENT);
    reconciler.apply("restart").toCompletableFuture().get();
    Files.deleteIfExists(folder.resolve("key.pem"));
    Files.deleteIfExists(folder.resolve("cert.pem"));
  }

  @Test
  void theListenerOpensWithThem() throws Exception {
    post(keys.pkcs8(), keys.certificatePem()).statusCode(200);
    admin().post(ApiRoutes.ROOT + "/restart").then().statusCode(200);

    assertThat(running.get().ports()).hasSize(2);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key())))
        .isEqualTo("rw-------");
    admin()
        .get(CONFIGURATION)
        .then()
        .body("data.tls.enable", equalTo(true))
        .body("data.tls.key", equalTo(keys.pkcs8()))
        .body("data.tls.cert", equalTo(keys.certificatePem()));
  }

  @Test
  void aKeyOfAnotherCertificateIsNotWritten() throws Exception {
    post(keys.pkcs8(), keys.certificatePem()).statusCode(200);
    String document = Files.readString(folder.resolve("nanomq.conf"));
    TestKeys others = TestKeys.make(folder, "EC", 2);

    post(others.pkcs8(), keys.certificatePem())
        .statusCode(400)
        .body("code", equalTo(108))
        .body("message", containsString(folder.resolve("cert.pem").toString()));

    assertThat(Files.readString(key())).isEqualTo(keys.pkcs8());
    assertThat(Files.readString(folder.resolve("nanomq.conf"))).isEqualTo(document);
  }

  @Test
  void keysThatOthersCouldReadAreClosedToThem() throws Exception {
    Files.writeString(key(), TestKeys.make(folder, "EC", 2).pkcs8());
    Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-r--r--"));

    post(keys.pkcs8(), keys.certificatePem()).statusCode(200);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key())))
        .isEqualTo("rw-------");
  }

  @Test
  void noOtherTextGetsToNoOtherFile() throws Exception {
    Path victim = Files.writeString(folder.resolve("victim"), "as it was\n");
    String script = "#!/bin/sh\n# -----BEGIN \n";
    for (String line : new String[] {"tls.keyfile=", "tls.certfile=", "tls.cacertfile="}) {
      Files.writeString(
          folder.resolve("nanomq.conf"),
          TestConf.DOCUMENT + line + victim + "\ntls.enable=false\n");
      for (String part : new String[] {"key", "cert", "cacert"}) {
        edit(Map.of(part, script)).statusCode(400).body("code", equalTo(108));
        edit(Map.of(part, part.equals("key") ? keys.pkcs8() : keys.certificatePem()));
      }
    }
    assertThat(victim).hasContent("as it was");
    Files.deleteIfExists(folder.resolve("cacert.pem"));
    Files.delete(victim);
  }

  @Test
  void whereKeysMayGoIsNotForTheApiToSay() throws Exception {
    String document = TestConf.DOCUMENT + "config.pem_folder=/tmp\n";
    for (String query : new String[] {"", "?dry_run=true"}) {
      admin()
          .body(document)
          .post(ApiRoutes.ROOT + "/config_update" + query)
          .then()
          .statusCode(400)
          .body("code", equalTo(108))
          .body("message", containsString("cannot be set through the API"));
    }
    assertThat(folder.resolve("nanomq.conf")).hasContent(TestConf.DOCUMENT.strip());

    Files.writeString(folder.resolve("nanomq.conf"), document);
    admin()
        .body(document + "msq_len=9\n")
        .post(ApiRoutes.ROOT + "/config_update")
        .then()
        .statusCode(200);
  }

  private ValidatableResponse edit(Map<String, Object> tls) {
    return admin()
        .contentType("application/json")
        .body(Map.of("data", Map.of("tls", tls)))
        .post(CONFIGURATION)
        .then();
  }

  private Path key() {
    return folder.resolve("key.pem");
  }

  private ValidatableResponse post(String key, String certificate) {
    Map<String, Object> tls =
        Map.of("enable", true, "url", "nmq-tls://127.0.0.1:0", "key", key, "cert", certificate);
    return admin()
        .contentType("application/json")
        .body(Map.of("data", Map.of("tls", tls)))
        .post(CONFIGURATION)
        .then();
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
