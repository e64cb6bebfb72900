package io.nanomq.api.auth;

import static org.hamcrest.Matchers.equalTo;

import io.nanomq.api.LiveConf;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.access.Role;
import io.nanomq.control.access.StoredApiAccounts;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.security.KeyPair;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens of users that are stored beside the configuration. */
@QuarkusTest
class UserTokenTest {
  private static final String CLIENT = ApiRoutes.ROOT + "/clients/nobody";
  private static final String NODES = ApiRoutes.ROOT + "/nodes";
  private static final String CONF =
      "http_server.auth_type=jwt\nhttp_server.jwt.public.keyfile=our.pub\n"
          + "http_server.jwt.private.keyfile=our.key\n";

  @Inject LiveConf live;
  @Inject StoredApiAccounts accounts;

  @Test
  void theAdministratorsTokenEndsWithItsPassword() throws Exception {
    KeyPair pair = TestTokens.keyPair(2048);
    live.file("our.key", TestTokens.pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    live.file("our.pub", TestTokens.pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    live.apply(CONF);
    String token = live.admin().post(ApiRoutes.LOGIN).path("data.token");
    live.bearer(token).get(NODES).then().statusCode(200);
    live.apply(CONF + "http_server.password=another\n");
    live.bearer(token).get(NODES).then().statusCode(401).body("code", equalTo(103));
    live.apply(CONF);
    live.bearer(token).get(NODES).then().statusCode(200);
  }

  @AfterEach
  void restore() throws Exception {
    live.apply("");
  }

  @Test
  void aTokenHasItsUsersRoleAndEndsWithIt() throws Exception {
    KeyPair pair = TestTokens.keyPair(2048);
    live.file("our.key", TestTokens.pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    live.file("our.pub", TestTokens.pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    live.apply(CONF);
    accounts.addUser("vera", Role.VIEWER, "pw");
    try {
      String token =
          live.anonymous()
              .auth()
              .preemptive()
              .basic("vera", "pw")
              .post(ApiRoutes.LOGIN)
              .path("data.token");
      live.bearer(token).get(NODES).then().statusCode(200);
      live.bearer(token).delete(CLIENT).then().statusCode(403);
      String admins = live.admin().post(ApiRoutes.LOGIN).path("data.token");
      live.bearer(admins).delete(CLIENT).then().statusCode(404);
      accounts.changeUser("vera", null, "another");
      live.bearer(token).get(NODES).then().statusCode(401).body("code", equalTo(103));
    } finally {
      accounts.removeUser("vera");
    }
  }
}
