package io.nanomq.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.nanomq.api.LiveConf;
import io.nanomq.control.RunningBroker;
import io.nanomq.control.access.MqttUsers;
import io.nanomq.it.RawClient;
import io.nanomq.it.TestBroker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /api/v4/users}: devices are added while others run. */
@QuarkusTest
class ApiMqttUsersTest {
  private static final String URL = "/api/v4/users";

  @Inject LiveConf live;
  @Inject RunningBroker running;
  @Inject MqttUsers users;

  @BeforeEach
  void closeTheBroker() throws Exception {
    live.apply("allow_anonymous=false\nauth.1.login=fixed\nauth.1.password=f\n");
  }

  @AfterEach
  void restore() throws Exception {
    users.names().forEach(name -> live.admin().delete(URL + "/" + name));
    live.apply("");
  }

  private Response add(String name, String password) {
    String body = "{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}";
    return live.admin().body(body).post(URL);
  }

  private RawClient client(String user, String password) {
    return new RawClient(TestBroker.HOST, running.get().listeners().port("tcp"), 4)
        .connect("c-" + user, user, password);
  }

  private boolean isLetIn(String user, String password) {
    try (RawClient client = client(user, password)) {
      return client.isAccepted();
    }
  }

  private Path file() {
    return live.folder().resolve("nanomq_users.conf");
  }

  @Test
  void aUserIsAddedChangedAndRemovedWhileOthersStay() throws Exception {
    assertThat(isLetIn("new", "one")).isFalse();
    add("new", "one").then().statusCode(200);
    try (RawClient fixed = client("fixed", "f");
        RawClient added = client("new", "one")) {
      assertThat(fixed.isAccepted()).isTrue();
      assertThat(added.isAccepted()).isTrue();
      live.admin().body("{\"password\":\"two\"}").put(URL + "/new").then().statusCode(200);
      assertThat(added.isClosedByBroker()).isTrue();
      fixed.assertNothingMore();
      assertThat(isLetIn("new", "one")).isFalse();
      assertThat(isLetIn("new", "two")).isTrue();
      live.admin().delete(URL + "/new").then().statusCode(200);
      assertThat(isLetIn("new", "two")).isFalse();
      fixed.assertNothingMore();
    }
  }

  @Test
  void hashesAreAllThatIsKeptAndCommentsStay() throws Exception {
    Files.writeString(file(), "# ours\n\"old\": \"plain\"\n");
    await().until(() -> users.names().contains("old"));
    assertThat(isLetIn("old", "plain")).isTrue();
    add("new", "hidden").then().statusCode(200);
    assertThat(Files.readString(file()))
        .startsWith("# ours\n\"old\": \"plain\"\n\"new\": \"$7$")
        .doesNotContain("hidden");
    assertThat(live.admin().get(URL).jsonPath().getList("data.username"))
        .containsExactlyInAnyOrder("old", "new");
  }

  @Test
  void theContractsCodes() {
    add("new", "x").then().statusCode(200);
    add("new", "x").then().statusCode(400).body("code", equalTo(113));
    add("fixed", "x").then().statusCode(400).body("code", equalTo(113));
    live.admin().delete(URL + "/nobody").then().statusCode(404).body("code", equalTo(105));
    live.admin().delete(URL + "/fixed").then().statusCode(400).body("code", equalTo(108));
  }

  @Test
  void aBrokenFileChangesNothing() throws Exception {
    add("new", "x").then().statusCode(200);
    String text = Files.readString(file());
    Files.writeString(file(), text + "broken\n");
    add("other", "x").then().statusCode(500);
    assertThat(isLetIn("new", "x")).isTrue();
    Files.writeString(file(), text);
    add("other", "x").then().statusCode(200);
  }

  @Test
  void anotherConfigurationLeavesThem() throws Exception {
    add("new", "x").then().statusCode(200);
    live.apply("allow_anonymous=false\nmsq_len=7\n");
    assertThat(isLetIn("new", "x")).isTrue();
    assertThat(isLetIn("fixed", "f")).isFalse();
  }
}
