package io.nanomq.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.micrometer.core.instrument.MeterRegistry;
import io.nanomq.api.LiveConf;
import io.nanomq.control.RunningBroker;
import io.nanomq.it.RawClient;
import io.nanomq.it.TestBroker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /api/v4/banned}, as an administrator uses it. */
@QuarkusTest
class ApiBannedTest {
  private static final String URL = "/api/v4/banned";

  @Inject LiveConf live;
  @Inject RunningBroker running;
  @Inject MeterRegistry meters;

  @AfterEach
  void liftAll() {
    for (String who : live.admin().get(URL).jsonPath().getList("data.who", String.class)) {
      String as = live.admin().get(URL + "?who=" + who).jsonPath().getString("data[0].as");
      live.admin().delete(URL + "/{as}/{who}", as, who).then().statusCode(200);
    }
    assertThat(running.get().bans().size()).isZero();
  }

  private Response ban(String body) {
    return live.admin().body(body).post(URL);
  }

  private RawClient client() {
    return new RawClient(TestBroker.HOST, running.get().listeners().port("tcp"), 5);
  }

  private Path file() {
    return live.folder().resolve("nanomq_banned.json");
  }

  @Test
  void aBanIsListedKeptAndLifted() throws Exception {
    try (RawClient bad = client().connected("bad", true)) {
      ban("{\"as\":\"clientid\",\"who\":\"bad\",\"reason\":\"loud\"}").then().statusCode(200);
      assertThat(bad.receive(14).at(0)).isEqualTo(0x8A);
    }
    ban("{\"as\":\"peerhost\",\"who\":\"192.0.2.0/24\",\"until\":4000000000}")
        .then()
        .statusCode(200);
    var list = live.admin().get(URL + "?_sort=who").jsonPath();
    assertThat(list.getList("data.who")).containsExactly("192.0.2.0/24", "bad");
    assertThat(list.getString("data[1].by")).isEqualTo("admin");
    assertThat(list.getString("data[1].reason")).isEqualTo("loud");
    assertThat(list.getLong("data[0].until")).isEqualTo(4_000_000_000L);
    assertThat(list.getMap("data[1]")).doesNotContainKey("until");
    assertThat(Files.readString(file())).contains("\"bad\"", "192.0.2.0/24");

    live.admin().delete(URL + "/clientid/bad").then().statusCode(200);
    live.admin()
        .urlEncodingEnabled(false)
        .delete(URL + "/peerhost/192.0.2.0%2F24")
        .then()
        .statusCode(200);
    client().connected("bad", true).close();
    assertThat(Files.readString(file())).doesNotContain("bad");
  }

  @Test
  void theSameAgainTakesItsPlace() {
    ban("{\"as\":\"username\",\"who\":\"eve\"}").then().statusCode(200);
    ban("{\"as\":\"username\",\"who\":\"eve\",\"until\":4000000000}").then().statusCode(200);
    var list = live.admin().get(URL + "?as=username").jsonPath();
    assertThat(list.getList("data.until", Long.class)).containsExactly(4_000_000_000L);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"who\":\"x\"}', 107",
    "'{\"as\":\"clientid\"}', 107",
    "'{\"as\":\"client\",\"who\":\"x\"}', 108",
    "'{\"as\":\"clientid\",\"who\":\"\"}', 108",
    "'{\"as\":\"peerhost\",\"who\":\"example.org\"}', 108",
    "'{\"as\":\"peerhost\",\"who\":\"10.0.0.0/33\"}', 108",
    "'{\"as\":\"clientid\",\"who\":\"x\",\"until\":1000}', 108",
    "'{\"as\":\"clientid\",\"who\":\"x\",\"forever\":true}', 108",
    "'[]', 109"
  })
  void whatIsNoBanIsRefused(String body, int code) {
    assertThat(ban(body).then().statusCode(400).extract().jsonPath().getInt("code"))
        .isEqualTo(code);
  }

  @Test
  void aBanThatIsNotThereCannotBeLifted() {
    live.admin().delete(URL + "/clientid/nobody").then().statusCode(404);
    live.admin().delete(URL + "/nothing/nobody").then().statusCode(400);
  }

  @Test
  void whoEditsTheFileIsHeardAndABrokenOneChangesNothing() throws Exception {
    ban("{\"as\":\"clientid\",\"who\":\"first\"}").then().statusCode(200);
    String text = Files.readString(file());
    Files.writeString(file(), text.replace("first", "second"));
    await().until(() -> running.get().bans().find("second", null, "") != null);
    assertThat(running.get().bans().find("first", null, "")).isNull();
    Files.writeString(file(), "{");
    live.admin().delete(URL + "/clientid/second").then().statusCode(500);
    assertThat(running.get().bans().find("second", null, "")).isNotNull();
    Files.writeString(file(), text);
    await().until(() -> running.get().bans().find("first", null, "") != null);
  }

  /** A file with the new ban alone would let everybody else in. */
  @Test
  void aFileThatVanishesLiftsNoBan() throws Exception {
    ban("{\"as\":\"clientid\",\"who\":\"first\"}").then().statusCode(200);
    String text = Files.readString(file());
    Files.delete(file());
    Response answer = ban("{\"as\":\"clientid\",\"who\":\"second\"}");
    answer.then().statusCode(500).body("code", equalTo(101));
    assertThat(answer.asString()).contains("nanomq_banned.json is gone");
    assertThat(running.get().bans().find("first", null, "")).isNotNull();
    Files.writeString(file(), text);
    ban("{\"as\":\"clientid\",\"who\":\"second\"}").then().statusCode(200);
    assertThat(running.get().bans().find("first", null, "")).isNotNull();
    assertThat(meters.get("nanomq.bans").gauge().value()).isEqualTo(2);
  }
}
