package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.api.json.ApiError;
import io.nanomq.api.json.ApiErrors;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.authn.LoginGuard;
import io.nanomq.config.store.ConfConflictException;
import io.nanomq.control.BusyException;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.nanomq.it.RawHttp;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every error of the API's tables: its status, its code, and that it says something. */
@QuarkusTest
class ApiErrorsTest {
  /** Status, code, what is asked, body. */
  private static final List<String> TABLE =
      List.of(
          "404 101 POST /ctrl/reboot",
          "404 102 GET /nosuch",
          "404 102 GET /nodes/1",
          "404 102 POST /ctrl",
          "405 102 PUT /configuration",
          "405 102 GET /ctrl/stop",
          "405 102 BREW /nodes",
          "400 107 POST /configuration {}",
          "400 107 POST /mqtt/publish {\"payload\":\"\"}",
          "400 107 POST /mqtt/publish {\"topic\":\"a\"}",
          "400 107 POST /mqtt/subscribe {\"topic\":\"a\"}",
          "400 107 DELETE /clients",
          "400 107 DELETE /retained",
          "400 108 POST /configuration {\"data\":[]}",
          "400 108 POST /configuration {\"data\":{\"http_server\":{\"port\":70000}}}",
          "400 108 POST /reload {\"data\":{\"msq_len\":-1}}",
          "400 108 POST /config_update",
          "400 108 POST /mqtt/publish {\"topic\":\"a\",\"payload\":\"\",\"qos\":3}",
          "400 108 POST /mqtt/publish {\"topic\":\"a\",\"payload\":\"\",\"nosuch\":3}",
          "400 108 GET /clients?nosuch=1",
          "400 108 GET /clients?proto_ver=9",
          "400 108 GET /subscriptions?_limit=0",
          "400 108 GET /clients/%zz",
          "400 108 POST /configuration?dry_run {\"data\":{\"msq_len\":5}}",
          "400 108 POST /configuration?dry_run= {\"data\":{\"msq_len\":5}}",
          "400 108 POST /configuration?dryrun=true {\"data\":{\"msq_len\":5}}",
          "400 108 POST /configuration?DRY_RUN=true {\"data\":{\"msq_len\":5}}",
          "400 108 POST /configuration?dry_run=false&dry_run=true {\"data\":{\"msq_len\":5}}",
          "400 108 POST /config_update/?dry_run= mqtt.max_mqueue_len=5",
          "400 108 POST /reload?dry_run=true {\"data\":{\"msq_len\":5}}",
          "400 108 POST /restart?dry_run=true",
          "400 108 POST /stop?x=1",
          "400 108 POST /ctrl/stop?x=1",
          "400 108 POST /mqtt/publish?qos=1 {\"topic\":\"a\",\"payload\":\"\"}",
          "400 108 GET /clients/a?foo=1",
          "400 108 GET /clients/a/session?foo=1",
          "400 108 GET /clients/username/session?foo=1",
          "400 108 GET /clients?_PAGE=1",
          "400 108 GET /subscriptions/a?foo=1",
          "400 108 GET /configuration/status?foo=1",
          "400 108 DELETE /clients/a?sesion=delete",
          "400 108 DELETE /clients/a?session=",
          "400 108 DELETE /clients/a?session=keep&session=delete",
          "400 108 DELETE /clients?clientid=a&session=keep&session=delete",
          "400 108 DELETE /retained?topic=%23&_limit=1",
          "400 108 DELETE /retained?topic=a&topic=b",
          "400 108 DELETE /retained?foo=1",
          "400 115 DELETE /retained?topic=",
          "400 115 GET /retained?topic=",
          "400 108 GET /retained?topic=a&topic=b",
          "400 115 GET /subscriptions/match?topic=",
          "400 107 GET /subscriptions/match?qos=1",
          "400 108 GET /subscriptions/match?topic=a&topic=b",
          "400 108 GET /subscriptions/match?topic=a&foo=1",
          "400 108 POST /mqtt/publish {\"topic\":\"a\",\"payload\":\"\\ud800\"}",
          "400 108 POST /mqtt/publish"
              + " {\"topic\":\"a\",\"payload\":\"/w==\",\"decoding\":\"base64\",\"properties\":{\"payload_format_indicator\":1}}",
          "400 108 POST /mqtt/publish"
              + " {\"topic\":\"a\",\"payload\":\"\",\"properties\":{\"correlation_data\":\"\\udc00\"}}",
          "400 108 GET /clients?_page=%2B1",
          "400 108 GET /clients?_limit=%D9%A1",
          "400 109 POST /configuration [1]",
          "400 109 POST /configuration {bad",
          "400 109 POST /configuration",
          "400 109 POST /mqtt/publish_batch {}",
          "400 115 POST /mqtt/publish {\"topic\":\"#\",\"payload\":\"\"}",
          "400 115 POST /mqtt/publish {\"topic\":\"$SYS/a\",\"payload\":\"\"}",
          "400 115 POST /mqtt/subscribe {\"topic\":\"a/#/b\",\"clientid\":\"x\"}",
          "400 115 GET /subscriptions/match?topic=%2B",
          "400 115 GET /retained?topic=a%23",
          "404 112 POST /mqtt/subscribe {\"topic\":\"a\",\"clientid\":\"nobody\"}",
          "404 112 POST /mqtt/unsubscribe {\"topic\":\"a\",\"clientid\":\"nobody\"}",
          "404 112 DELETE /clients/nobody");

  /** There are neither users to administer nor plug-ins. */
  private static final Set<Integer> NEVER = Set.of(105, 106, 110, 111, 113, 114);

  /** What the page says of each code, but for capitals. */
  private static final List<String> PAGE =
      List.of(
          "0 Succeed",
          "101 RPC error",
          "102 unknown mistake",
          "103 wrong user name or password",
          "104 Empty username or password",
          "105 User does not exist",
          "106 Administrator account cannot be deleted",
          "107 Missing key request parameters",
          "108 Request parameter error",
          "109 Request parameters are not in legal JSON format",
          "110 Plug-in is enabled",
          "111 Plugin is closed",
          "112 Client is offline",
          "113 User already exists",
          "114 Old password is wrong",
          "115 Illegal subject",
          "116 Token expired");

  private static final int ANSWER_MILLIS = 10_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Inject HttpListener http;
  @Inject LoginGuard logins;

  @AfterEach
  void forgetLogins() {
    logins.forget("127.0.0.1");
  }

  @Test
  void eachOfTheTable() throws IOException {
    for (String row : TABLE) {
      String[] cells = row.split(" ", 5);
      String body = cells.length > 4 ? cells[4] : "";
      var answer = ask(cells[2], cells[3], HostileRequests.CREDENTIALS, body);
      assertError(row, answer, Integer.parseInt(cells[0]), Integer.parseInt(cells[1]));
    }
  }

  @Test
  void credentials() throws IOException {
    assertError("none", ask("GET", "/nodes", "", ""), 401, 104);
    for (String wrong : List.of("Basic YWRtaW46d3Jvbmc=", "Basic !!", "Basic Og==")) {
      assertError(wrong, ask("GET", "/nodes", "Authorization: " + wrong + "\r\n", ""), 401, 103);
    }
    for (int i = 0; i < LoginGuard.MAX_FAILURES; i++) {
      logins.failed("127.0.0.1");
    }
    var locked = ask("GET", "/nodes", HostileRequests.CREDENTIALS, "");
    assertError("too many", locked, 429, 103);
    assertThat(locked.header("Retry-After")).isPresent();
  }

  @Test
  void sizes() throws IOException {
    String good = HostileRequests.CREDENTIALS;
    assertError("line", ask("GET", "/" + "a".repeat(9_000), good, ""), 414, 108);
    assertError(
        "head", ask("GET", "/nodes", good + "X: " + "a".repeat(9_000) + "\r\n", ""), 431, 108);
    assertError(
        "body", ask("POST", "/configuration", good, "a".repeat(4 * 1024 * 1024 + 1)), 413, 108);
  }

  /** What goes wrong here and not in the request. */
  @Test
  void ours() {
    var running = new RunningBroker(null);
    var errors = new ApiErrors(running);
    assertError(errors.map(new IOException("disk")), 500, "disk");
    assertError(errors.map(new ConfConflictException("somebody else")), 409, "somebody else");
    assertError(errors.map(new BusyException()), 503, new BusyException().getMessage());
    assertError(errors.map(new IllegalStateException("secret")), 500, "RPC error");
    running.stopping();
    String late = "The broker is stopping";
    assertError(errors.map(new IllegalStateException("secret")), 503, late);
    assertError(errors.map(new IOException("disk")), 503, late);
  }

  @Test
  void everyCodeOfThePage() {
    assertThat(
            Arrays.stream(ResultCode.values())
                .map(c -> (c.code() + " " + c.message()).toLowerCase(Locale.ROOT)))
        .containsExactlyElementsOf(PAGE.stream().map(s -> s.toLowerCase(Locale.ROOT)).toList());
  }

  /** 116 belongs to tokens and is tested with them. */
  @Test
  void everyCodeThatCanBeIsProduced() {
    Set<Integer> produced =
        TABLE.stream()
            .map(row -> Integer.parseInt(row.split(" ")[1]))
            .collect(Collectors.toCollection(TreeSet::new));
    produced.addAll(NEVER);
    produced.addAll(List.of(0, 103, 104, 116));
    assertThat(produced)
        .containsExactlyElementsOf(
            Arrays.stream(ResultCode.values()).map(ResultCode::code).toList());
  }

  private static void assertError(Response answer, int status, String message) {
    assertThat(answer.getStatus()).isEqualTo(status);
    assertThat(answer.getEntity()).isEqualTo(ApiError.of(ResultCode.RPC_ERROR, message));
  }

  private static void assertError(String name, RawHttp.Answer answer, int status, int code)
      throws IOException {
    assertThat(answer.status()).as(name).isEqualTo(status);
    assertThat(answer.header("Content-Type")).as(name).contains("application/json");
    JsonNode error = JSON.readTree(answer.body());
    assertThat(error.fieldNames()).as(name).toIterable().containsExactly("code", "message");
    assertThat(error.path("code").asInt()).as(name).isEqualTo(code);
    assertThat(error.path("message").asText()).as(name).isNotBlank();
  }

  private RawHttp.Answer ask(String method, String path, String headers, String body)
      throws IOException {
    String request =
        method
            + " "
            + ApiRoutes.ROOT
            + path
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + headers
            + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
            + "\r\n"
            + body;
    return RawHttp.exchange(
        http.port(), request.getBytes(StandardCharsets.US_ASCII), ANSWER_MILLIS);
  }
}
