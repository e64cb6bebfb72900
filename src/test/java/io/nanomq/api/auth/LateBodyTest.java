package io.nanomq.api.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.api.LiveConf;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.access.Role;
import io.nanomq.control.access.StoredApiAccounts;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is let in, and sends the body of the request when that holds no more. */
@QuarkusTest
class LateBodyTest {
  private static final String TOPIC = "late/body";
  private static final String BODY =
      "{\"topic\":\"%s\",\"payload\":\"x\",\"retain\":true}".formatted(TOPIC);

  @Inject LiveConf live;
  @Inject StoredApiAccounts accounts;

  @Test
  void isRefusedWhereTheUserIsGone() throws Exception {
    accounts.addUser("late", Role.ADMIN, "pw");
    assertThat(answerAfter(() -> accounts.removeUser("late"))).contains(" 401 ");
    assertThat(retained()).isEmpty();
  }

  @Test
  void isTakenWhereAnotherUserIsGone() throws Exception {
    accounts.addUser("late", Role.ADMIN, "pw");
    accounts.addUser("another", Role.VIEWER, "pw");
    assertThat(answerAfter(() -> accounts.removeUser("another"))).contains(" 200 ");
    assertThat(retained()).hasSize(1);

    accounts.removeUser("late");
    live.admin().delete(ApiRoutes.ROOT + "/retained?topic=" + TOPIC).then().statusCode(200);
  }

  private List<?> retained() {
    return live.admin().get(ApiRoutes.ROOT + "/retained?topic=" + TOPIC).path("data");
  }

  private interface Change {
    void make() throws Exception;
  }

  /** The first line of the answer to a publication whose body comes after the change. */
  private String answerAfter(Change change) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", live.port())) {
      socket.setSoTimeout(60_000);
      String credentials =
          Base64.getEncoder().encodeToString("late:pw".getBytes(StandardCharsets.UTF_8));
      send(
          socket,
          """
          POST %s/mqtt/publish HTTP/1.1\r
          Host: x\r
          Authorization: Basic %s\r
          Content-Type: application/json\r
          Content-Length: %d\r
          Expect: 100-continue\r
          \r
          """
              .formatted(ApiRoutes.ROOT, credentials, BODY.length()));
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      assertThat(in.readLine()).as("let in").contains(" 100 ");
      assertThat(in.readLine()).isEmpty();
      change.make();
      send(socket, BODY);
      return in.readLine();
    }
  }

  private static void send(Socket socket, String text) throws Exception {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }
}
