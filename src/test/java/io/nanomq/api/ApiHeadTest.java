package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.nanomq.api.route.ApiEndpoint;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.it.RawHttp;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request's method and headers ask for beyond its path. */
@QuarkusTest
class ApiHeadTest {
  private static final int ANSWER_MILLIS = 30_000;
  private static final String BODY = "{\"topic\":\"a\",\"payload\":\"\"}";

  @Inject LiveConf live;

  /** As NanoMQ answers it, which has it for no path. */
  @Test
  void headIsAMethodOfNoPathAndTheConnectionGoesOn() throws IOException {
    for (ApiEndpoint endpoint : ApiResources.ENDPOINTS.listed()) {
      if (endpoint.method().equals("GET")) {
        String path = endpoint.path().replace(":", "");
        assertThat(ask("HEAD", path, "", "").status()).as("%s", endpoint).isEqualTo(405);
      }
    }
    String head = "HEAD " + ApiRoutes.ROOT + "/brokers HTTP/1.1\r\nHost: x\r\n";
    String get = "GET " + ApiRoutes.ROOT + "/nodes HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    String both = head + HostileRequests.CREDENTIALS + "\r\n" + get;
    byte[] bytes = (both + HostileRequests.CREDENTIALS + "\r\n").getBytes(StandardCharsets.UTF_8);
    try (var socket = new Socket("127.0.0.1", live.port())) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(bytes);
      String read = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int second = read.indexOf("HTTP/1.1 200 OK\r\n");
      assertThat(read).startsWith("HTTP/1.1 405 ");
      assertThat(read.substring(0, second)).endsWith("\r\n\r\n");
      assertThat(read.substring(second)).contains("{\"code\":0");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "identity, gzip", "x"})
  void packedBodiesAre415(String coding) {
    live.admin()
        .header("Content-Encoding", coding)
        .body(BODY)
        .post(ApiRoutes.ROOT + "/mqtt/publish")
        .then()
        .statusCode(415)
        .header("Accept-Encoding", equalTo("identity"))
        .body("code", equalTo(108))
        .body("message", containsString("coding"));
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1, x, 417",
    "HTTP/1.1, 200-ok, 417",
    "HTTP/1.1, '100-continue, x', 417",
    "HTTP/1.1, 100-Continue, 200",
    "HTTP/1.0, x, 200",
    "HTTP/1.0, 100-continue, 200"
  })
  void whatNobodyDoesIsNotExpected(String version, String expected, int status) throws IOException {
    assertThat(ask("POST", "/mqtt/publish", version, "Expect: " + expected + "\r\n").status())
        .isEqualTo(status);
  }

  /** A proxy that reads the size as it stands takes the second request for a part of the first. */
  @Test
  void aChunkOfMoreThanThereCanBeHidesNoRequest() throws IOException {
    String request =
        "POST /api/v4/mqtt/publish HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            + HostileRequests.CREDENTIALS
            + "\r\n1000000"
            + String.format("%02x", BODY.length())
            + "\r\n"
            + BODY
            + "\r\n0\r\n\r\n";
    byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
    assertThat(RawHttp.exchange(live.port(), bytes, ANSWER_MILLIS).status()).isEqualTo(400);
  }

  private RawHttp.Answer ask(String method, String path, String version, String header)
      throws IOException {
    boolean isPost = method.equals("POST");
    String request =
        method
            + (" " + ApiRoutes.ROOT + path + " ")
            + (version.isEmpty() ? "HTTP/1.1" : version)
            + "\r\nHost: x\r\nConnection: close\r\n"
            + HostileRequests.CREDENTIALS
            + header
            + (isPost ? "Content-Length: " + BODY.length() + "\r\n\r\n" + BODY : "\r\n");
    return RawHttp.exchange(live.port(), request.getBytes(StandardCharsets.UTF_8), ANSWER_MILLIS);
  }
}
