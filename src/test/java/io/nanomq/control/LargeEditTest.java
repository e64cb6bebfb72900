package io.nanomq.control;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.TestConf;
import io.nanomq.http.HttpListener;
import io.nanomq.it.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An edit of a large configuration while clients are connected. The bounds are those of a machine
 * that does other things as well; bench/edit.py measures.
 */
@QuarkusTest
@Tag("slow")
class LargeEditTest {
  private static final int CLIENTS = 300;
  private static final int BYTES = 1_000_000;
  private static final long LONGEST_EDIT_MILLIS = 60_000;
  private static final long LONGEST_STALL_MILLIS = 2_000;

  @Inject HttpListener http;
  @Inject Reconciler reconciler;
  @Inject RunningBroker running;
  @Inject ConfInputs inputs;

  @AfterEach
  void asBefore() throws Exception {
    Files.writeString(inputs.workingDirectory().resolve("nanomq.conf"), TestConf.DOCUMENT);
    reconciler.apply("restart").toCompletableFuture().get();
  }

  @Test
  void neitherTakesLongNorStallsALoop() throws Exception {
    List<RawClient> clients = connected();
    try {
      // The gauge remembers a minute or two: what was there before is not the edit's doing.
      long before = longestStallMillis();
      long start = System.nanoTime();
      post("/config_update", large().getBytes(StandardCharsets.UTF_8));
      post("/ctrl/restart", new byte[0]);
      post("/configuration", "{\"data\":{\"msq_len\":77}}".getBytes(StandardCharsets.UTF_8));
      post("/ctrl/restart", new byte[0]);

      long edits = millisSince(start);
      assertThat(edits).isLessThan(LONGEST_EDIT_MILLIS);
      assertThat(reconciler.running().conf().mqtt().queues().length()).isEqualTo(77);
      assertThat(reconciler.running().conf().auth().users()).hasSizeGreaterThan(10_000);
      clients.forEach(RawClient::assertNothingMore);
      // On a loop, they would stall it for as long as they take.
      assertThat(longestStallMillis())
          .isLessThanOrEqualTo(Math.max(before, Math.max(edits / 2, LONGEST_STALL_MILLIS)));
      Map<String, Object> status = admin().get("/api/v4/configuration/status").path("data");
      assertThat(status).containsEntry("in_sync", true);
    } finally {
      clients.forEach(RawClient::close);
    }
  }

  private long longestStallMillis() {
    long nanos = LongStream.of(running.get().maxLoopLagNanos()).max().orElseThrow();
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  private List<RawClient> connected() {
    List<RawClient> clients = new ArrayList<>();
    int port = running.get().ports().get(0);
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new RawClient("127.0.0.1", port, 4).connected("large-" + i, true));
    }
    return clients;
  }

  /** Users by the thousands, with a comment each; the listener that is open stays as it is. */
  private static String large() {
    StringBuilder text = new StringBuilder(TestConf.DOCUMENT);
    for (int user = 1; text.length() < BYTES; user++) {
      text.append("# user ").append(user);
      text.append("\nauth.").append(user).append(".login=user-").append(user);
      text.append("\nauth.").append(user).append(".password=password-").append(user).append('\n');
    }
    return text.toString();
  }

  private void post(String path, byte[] body) {
    admin()
        .contentType("application/octet-stream")
        .body(body)
        .post("/api/v4" + path)
        .then()
        .statusCode(200);
  }

  private RequestSpecification admin() {
    return given()
        .baseUri("http://127.0.0.1")
        .port(http.port())
        .auth()
        .preemptive()
        .basic("admin", "public");
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }
}
