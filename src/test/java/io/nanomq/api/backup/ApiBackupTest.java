package io.nanomq.api.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.nanomq.api.LiveConf;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.Reconciler;
import io.nanomq.control.access.Role;
import io.nanomq.control.access.StoredApiAccounts;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Backups of the broker that tests run with, which keeps what is acknowledged on disk. */
@QuarkusTest
class ApiBackupTest {
  private static final String PATH = ApiRoutes.ROOT + "/backup";
  private static final String EXPORT = ApiRoutes.ROOT + "/export";
  private static final String IMPORT = ApiRoutes.ROOT + "/import";

  @Inject LiveConf live;
  @Inject Reconciler reconciler;
  @Inject StoredApiAccounts accounts;

  @Test
  void isMadeListedAndRemoved() {
    var made = live.admin().post(PATH).then().statusCode(200).body("code", equalTo(0));
    String name = made.extract().path("data.name");
    assertThat(name).matches("backup-\\d{8}-\\d{6}-\\d{3}");
    assertThat(made.extract().<Integer>path("data.bytes")).isPositive();
    var folder = live.folder().resolve("data/nanomq-backups").resolve(name);
    assertThat(Files.exists(folder.resolve("conf/nanomq.conf"))).isTrue();

    live.admin().get(PATH).then().statusCode(200).body("data.name", hasItem(name));
    live.admin().delete(PATH + "/" + name).then().statusCode(200).body("code", equalTo(0));
    live.admin().get(PATH).then().statusCode(200).body("data.name", not(hasItem(name)));
    assertThat(folder).doesNotExist();
  }

  /** What is included now counts, and not what was when the process began. */
  @Test
  void whatIsIncludedByNowIsInIt() throws Exception {
    // Whoever makes them is there before.
    live.admin().get(PATH).then().statusCode(200);
    live.file("later.conf", "mqtt.max_mqueue_len = 45\n");
    String document =
        """
        listeners { tcp.bind = "127.0.0.1:0", ws.enable = false }
        http_server { port = 0, ip_addr = "127.0.0.1" }
        include "later.conf"
        """;
    live.file("nanomq.conf", document);
    try {
      reconciler.apply("restart").toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertThat(reconciler.running().conf().mqtt().queues().length()).isEqualTo(45);
      String name = live.admin().post(PATH).then().statusCode(200).extract().path("data.name");
      var conf = live.folder().resolve("data/nanomq-backups").resolve(name).resolve("conf");
      assertThat(conf.resolve("later.conf")).hasContent("mqtt.max_mqueue_len = 45");
      assertThat(conf.resolve("nanomq.conf")).content().contains("later.conf");
      live.admin().delete(PATH + "/" + name).then().statusCode(200);
    } finally {
      live.apply("");
    }
  }

  @Test
  void whatIsExportedIsImported() {
    live.admin()
        .body("{\"topic\":\"moved/a\",\"payload\":\"hello\",\"retain\":true,\"qos\":1}")
        .post(ApiRoutes.ROOT + "/mqtt/publish")
        .then()
        .statusCode(200);
    var got = live.admin().get(EXPORT + "?kind=retained").then().statusCode(200);
    assertThat(got.extract().contentType()).startsWith("application/x-ndjson");
    String export = got.extract().asString();
    assertThat(export.lines().toList()).last().asString().startsWith("{\"kind\":\"end\"");
    live.admin().delete(ApiRoutes.ROOT + "/retained?topic=moved/a").then().statusCode(200);
    live.admin()
        .body(export)
        .post(IMPORT)
        .then()
        .statusCode(200)
        .body("data.state", equalTo("done"))
        .body("data.refused", empty())
        .body("data.imported.retained", greaterThanOrEqualTo(1));
    live.admin()
        .get(ApiRoutes.ROOT + "/retained?topic=moved/a")
        .then()
        .body("data[0].payload", equalTo("aGVsbG8="));
    live.admin().get(IMPORT).then().statusCode(200).body("data.state", equalTo("done"));
    live.admin().delete(ApiRoutes.ROOT + "/retained?topic=moved/a").then().statusCode(200);
  }

  /** Longer than any other body may be, and nothing of it is imported by a trial. */
  @Test
  void aLongOneIsStreamed() {
    String line =
        "{\"kind\":\"retained\",\"topic\":\"long/%d\",\"qos\":0,\"payload\":\""
            + "A".repeat(1000)
            + "\"}\n";
    var text = new StringBuilder("{\"kind\":\"nanomq-export\",\"format\":1}\n");
    for (int i = 0; i < 5000; i++) {
      text.append(line.formatted(i));
    }
    text.append("{\"kind\":\"end\",\"lines\":5000}\n");
    live.admin()
        .body(text.toString())
        .post(IMPORT + "?dry_run=true")
        .then()
        .statusCode(200)
        .body("data.imported.retained", equalTo(5000))
        .body("data.refused", empty());
    live.admin().get(ApiRoutes.ROOT + "/retained?topic=long/1").then().body("data", empty());
  }

  @Test
  void thereIsOneAtATime() throws Exception {
    try (Socket first = new Socket("127.0.0.1", live.port())) {
      String credentials =
          Base64.getEncoder().encodeToString("admin:public".getBytes(StandardCharsets.UTF_8));
      String head =
          "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Basic %s\r\nTransfer-Encoding: chunked\r\n\r\n"
              .formatted(IMPORT, credentials);
      first.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      String line = "{\"kind\":\"nanomq-export\",\"format\":1}\n";
      String chunk = "%x\r\n%s\r\n".formatted(line.length(), line);
      first.getOutputStream().write(chunk.getBytes(StandardCharsets.UTF_8));
      await().until(() -> live.admin().get(EXPORT).statusCode() == 409);
      live.admin().body(line).post(IMPORT).then().statusCode(409).body("code", equalTo(101));
      first.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      var answer =
          new BufferedReader(new InputStreamReader(first.getInputStream(), StandardCharsets.UTF_8));
      assertThat(answer.readLine()).contains("200");
    }
    live.admin().get(IMPORT).then().body("data.refused[0].line", equalTo(2));
    live.admin().get(EXPORT).then().statusCode(200);
  }

  /** As with streams of events: neither goes on with a password that is another by now. */
  @Test
  void anExportAndAnImportEndWithTheirCredentials() throws Exception {
    accounts.addUser("anna", Role.ADMIN, "pw");
    String text = "x".repeat(200_000);
    for (int i = 0; i < 60; i++) {
      live.admin()
          .body("{\"topic\":\"big/%d\",\"payload\":\"%s\",\"retain\":true}".formatted(i, text))
          .post(ApiRoutes.ROOT + "/mqtt/publish")
          .then()
          .statusCode(200);
    }
    try (Socket export = asking("GET " + EXPORT, "anna:pw", "")) {
      byte[] begin = export.getInputStream().readNBytes("HTTP/1.1 200".length());
      assertThat(begin).asString().isEqualTo("HTTP/1.1 200");
      accounts.changeUser("anna", Role.VIEWER, null);
      assertThat(everythingOf(export)).doesNotContain("\"kind\":\"end\"");
    }
    await().until(() -> live.admin().get(EXPORT + "?kind=sessions").statusCode() == 200);
    accounts.changeUser("anna", Role.ADMIN, null);
    String line = "{\"kind\":\"nanomq-export\",\"format\":1}\n";
    try (Socket load = asking("POST " + IMPORT, "anna:pw", line)) {
      await().until(() -> "running".equals(live.admin().get(IMPORT).path("data.state")));
      accounts.addUser("somebody-else", Role.VIEWER, "pw");
      accounts.removeUser("somebody-else");
      assertThat(live.admin().get(EXPORT).statusCode()).isEqualTo(409);
      accounts.removeUser("anna");
      assertThat(everythingOf(load)).contains("\"failed\"").contains("no longer hold");
    }
    for (int i = 0; i < 60; i++) {
      live.admin().delete(ApiRoutes.ROOT + "/retained?topic=big/" + i).then().statusCode(200);
    }
  }

  private Socket asking(String what, String pair, String begin) throws Exception {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(30_000);
    socket.connect(new InetSocketAddress("127.0.0.1", live.port()));
    String credentials = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    String head =
        "%s HTTP/1.1\r\nHost: x\r\nAuthorization: Basic %s\r\n".formatted(what, credentials);
    String body =
        begin.isEmpty()
            ? "\r\n"
            : "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n".formatted(begin.length(), begin);
    socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private static String everythingOf(Socket socket) {
    var all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (IOException broken) {
      // A connection that is cut ends so, too.
      assertThat(broken).isNotInstanceOf(SocketTimeoutException.class);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  @Test
  void namesLeadNowhereElse() {
    for (String name : new String[] {"nosuch", "..%2fnanomq", "backup-x"}) {
      live.admin()
          .urlEncodingEnabled(false)
          .delete(PATH + "/" + name)
          .then()
          .statusCode(400)
          .body("code", equalTo(108))
          .body("message", containsString("There is no backup"));
    }
    live.admin().urlEncodingEnabled(false).delete(PATH + "/%2e%2e").then().statusCode(404);
  }
}
