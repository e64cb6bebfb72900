package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.TestConf;
import io.nanomq.api.route.ApiRoutes;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration's edits are no way to read files of the broker. */
@QuarkusTest
class ApiReadingTest {
  private static final String UPDATE = ApiRoutes.ROOT + "/config_update";

  @Inject LiveConf live;
  private Path elsewhere;
  private Path file;

  @BeforeEach
  void secrets() throws Exception {
    elsewhere = Files.createTempDirectory("elsewhere");
    file = Files.writeString(elsewhere.resolve("secret.conf"), "token = topsecret\n");
  }

  @AfterEach
  void asBefore() throws Exception {
    live.apply("");
    Files.delete(file);
    Files.delete(elsewhere);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include \"FILE\"\nmqtt {}\n",
        "preset { include \"FILE\" }\nhttp_server.username = ${preset.token}\n",
        "mqtt { include required(file(\"FILE\")) }\n",
        "http_server.username=${file:FILE}\n",
        "http_server.cors.allow_origins=${file:FILE}\n",
        "http_server.trusted_proxies=${file:FILE}\n",
        "http_server.port=${file:FILE}\n",
        "url=nmq-tcp://127.0.0.1:0,nmq-ws://127.0.0.1:0/${file:FILE}\nmsq_len=1\n"
      })
  void aDryRunAnswersReferences(String body) {
    String answer =
        live.admin()
            .body(body.replace("FILE", file.toString()))
            .queryParam("dry_run", true)
            .post(UPDATE)
            .asString();

    assertThat(answer).doesNotContain("topsecret").contains("\"code\":");
  }

  @Test
  void theApiAddsNoIncludesOfFilesElsewhere() throws Exception {
    for (Path path : new Path[] {file, Path.of("/etc/passwd"), elsewhere.resolve("nothing")}) {
      String answer =
          live.admin().body("include \"" + path + "\"\nmqtt {}\n").post(UPDATE).asString();
      // The same words whether it is there or not.
      assertThat(answer).contains("\"code\":108").contains("includes [" + path + "], which the");
    }
    assertThat(live.folder().resolve("nanomq.conf")).hasContent(TestConf.DOCUMENT.strip());
  }

  /** Neither with the whole document, nor with one bridge. */
  @ParameterizedTest
  @ValueSource(strings = {"${file:FILE}", "${file:FILE.not}", "${NO_SUCH_VARIABLE}"})
  void nobodyHasAFileSentToHimselfOrLearnsWhetherThereIsOne(String reference) throws Exception {
    Files.writeString(file, "topsecret");
    String password = reference.replace("FILE", file.toString());
    String keyValue = TestConf.DOCUMENT + "\nbridge.mqtt.x.address=mqtt-tcp://127.0.0.1:1\n";
    String hocon = "bridges.mqtt.x { server = \"mqtt-tcp://127.0.0.1:1\", password = \"%s\" }\n";
    for (String document :
        new String[] {
          keyValue + "bridge.mqtt.x.password=" + password + "\n", hocon.formatted(password)
        }) {
      String answer = live.admin().body(document).post(UPDATE).asString();
      assertThat(answer).contains("\"code\":108").contains("which the API cannot add");
    }
    String bridge =
        """
        {"connector": {"server": "mqtt-tcp://127.0.0.1:1", "username": "u", "password": "%s"}}
        """;
    String answer =
        live.admin()
            .contentType("application/json")
            .body(bridge.formatted(password))
            .post(ApiRoutes.ROOT + "/bridges/x")
            .asString();
    assertThat(answer).contains("\"code\":108").contains("which the API cannot add");
    assertThat(live.folder().resolve("nanomq.conf")).hasContent(TestConf.DOCUMENT.strip());
  }

  /** Also where HOCON looks variables up itself; every process here has a PATH. */
  @ParameterizedTest
  @ValueSource(strings = {"${NAME}", "${?NAME}", "${NAME}\"x\""})
  void nobodyLearnsWhetherThereIsAVariable(String reference) {
    String document =
        "bridges.mqtt.x { server = \"mqtt-tcp://127.0.0.1:1\", keepalive = %s }\n"
            .formatted(reference);
    Set<String> answers = new HashSet<>();
    for (String name : new String[] {"PATH", "NO_SUCH_VARIABLE"}) {
      String answer = live.admin().body(document.replace("NAME", name)).post(UPDATE).asString();
      assertThat(answer).contains("\"code\":108").contains("which the API cannot add");
      answers.add(answer.replace(name, "NAME"));
    }
    assertThat(answers).hasSize(1);
    assertThat(live.folder().resolve("nanomq.conf")).hasContent(TestConf.DOCUMENT.strip());
  }

  @Test
  void whatTheOperatorIncludesStaysAndIsNotShown() throws Exception {
    Files.writeString(file, "http_server.jwt.lifetime = 77m\nlog.file = topsecret.log\n");
    String document =
        "listeners.tcp.bind = \"127.0.0.1:0\"\nlisteners.ws.enable = false\n"
            + "http_server { port = 0, ip_addr = \"127.0.0.1\" }\ninclude \"FILE\"\n";
    live.file("nanomq.conf", document.replace("FILE", file.toString()));
    live.admin()
        .body((document + "mqtt.max_mqueue_len = 9\n").replace("FILE", file.toString()))
        .post(UPDATE)
        .then()
        .statusCode(200);
    live.admin().post(ApiRoutes.ROOT + "/restart").then().statusCode(200);

    for (String path : new String[] {"/configuration", "/configuration/status", "/reload"}) {
      assertThat(live.admin().get(ApiRoutes.ROOT + path).asString())
          .contains("\"code\":0")
          .doesNotContain("topsecret")
          .doesNotContain("77m");
    }
  }
}
