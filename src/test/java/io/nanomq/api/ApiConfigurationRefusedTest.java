package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.nanomq.TestConf;
import io.nanomq.api.route.ApiRoutes;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Edits of the configuration that are refused, and leave everything as it is. */
@QuarkusTest
class ApiConfigurationRefusedTest extends EditedDocument {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"data\":{\"http_server\":{\"port\":70000}}} | 108 | http_server.port",
        "{\"data\":{\"num_taskq_thread\":\"eight\"}} | 108 | num_taskq_thread",
        "{\"data\":{\"max_taskq_thread\":1e12}} | 108 | max_taskq_thread",
        "{\"data\":{\"parallel\":0}} | 108 | parallel",
        "{\"data\":{\"bridge\":{\"forwards\":[1]}}} | 108 | forwards",
        "{\"data\":{\"nosuch\":1,\"msq_lenn\":2}} | 108 | msq_len",
        "{\"data\":{\"tls\":{\"enable\":true}}} | 108 | certificate",
        "{\"data\":[]} | 108 | data",
        "{} | 107 | data",
        "{\"msq_len\":5} | 107 | data",
        "{\"data\":{\"msq_len\":5,\"msq_len\":6}} | 109 | Duplicate",
        "{\"data\":{}} {} | 109 | one too many",
        "{bad json | 109 | JSON",
        "[] | 109 | JSON object: a value of another kind",
        "\"x\" | 109 | JSON",
        "null | 109 | JSON",
      })
  void badBodiesAreRefused(String body, int code, String names) {
    post(CONFIGURATION, body.getBytes(StandardCharsets.UTF_8))
        .statusCode(400)
        .body("code", equalTo(code))
        .body("message", containsString(names));
    assertUntouched();
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    byte[] invalid = "{\"data\":{\"url\":\"?\"}}".getBytes(StandardCharsets.UTF_8);
    invalid[16] = (byte) 0xff;
    post(CONFIGURATION, invalid).statusCode(400).body("code", equalTo(109));
    post(CONFIGURATION, new byte[0]).statusCode(400).body("code", equalTo(109));
    post(CONFIGURATION, ("{\"data\":" + "[".repeat(500)).getBytes(StandardCharsets.UTF_8))
        .statusCode(400)
        .body("code", equalTo(109));
    post(ApiRoutes.ROOT + "/config_update", new byte[] {'a', '=', (byte) 0xff})
        .statusCode(400)
        .body("code", equalTo(108))
        .body("message", containsString("UTF-8"));
    assertUntouched();
  }

  @ParameterizedTest
  @CsvSource({"/configuration", "/config_update"})
  void aHugeBodyIsRefused(String path) {
    post(ApiRoutes.ROOT + path, new byte[(4 << 20) + 1]).statusCode(413).body("code", equalTo(108));
    assertUntouched();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sections", "doubles"})
  @Timeout(120)
  void aDocumentThatWouldBeTooMuchForTheParserIsRefused(String what) {
    String text =
        what.equals("sections")
            ? IntStream.range(0, 200_000)
                .mapToObj(i -> "s" + i + " { b = 1 }\n")
                .collect(Collectors.joining())
            : "a0=[1]\n"
                + IntStream.range(0, 60)
                    .mapToObj(i -> "a" + (i + 1) + "=${a" + i + "}${a" + i + "}\n")
                    .collect(Collectors.joining());
    long start = System.nanoTime();
    post(ApiRoutes.ROOT + "/config_update", text.getBytes(StandardCharsets.UTF_8))
        .statusCode(400)
        .body("code", equalTo(108))
        .body("message", containsString("nanomq.conf"))
        .body("message", containsString(what.equals("sections") ? "too many" : "too large"));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    assertUntouched();
  }

  @Test
  void aBodyThatDoesNotSayHowLongItIs() throws Exception {
    assertThat(chunked("{\"data\":{\"msq_len\":6}}".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(200);
    assertThat(chunked(new byte[5_000_000])).isEqualTo(413);
    assertThat(read()).isEqualTo(TestConf.DOCUMENT + "msq_len=6\n");
  }

  private int chunked(byte[] body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + CONFIGURATION))
            .version(HttpClient.Version.HTTP_1_1)
            .header("Authorization", "Basic YWRtaW46cHVibGlj")
            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "\\n", "\\u001b[2J", "\\u0085", "\\t"})
  void aTextWithControlCharactersIsRefused(String character) {
    for (String field : List.of("username", "password")) {
      String body = "{\"data\":{\"http_server\":{\"" + field + "\":\"a" + character + "b\"}}}";
      post(CONFIGURATION, body.getBytes(StandardCharsets.UTF_8))
          .statusCode(400)
          .body("code", equalTo(108))
          .body("message", containsString("control character"));
    }
    assertUntouched();
  }
}
