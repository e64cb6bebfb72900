package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.RunningBroker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What browsers are told about web pages of other origins. */
@QuarkusTest
class ApiCrossOriginTest {
  private static final String NODES = ApiRoutes.ROOT + "/nodes";
  private static final String OURS = "https://console.example.com";
  private static final String CORS = "http_server.cors.allow_origins=" + OURS + "\n";
  private static final String ALLOWED = "Access-Control-Allow-Origin";

  @Inject LiveConf live;
  @Inject RunningBroker running;

  @AfterEach
  void asBefore() throws Exception {
    live.apply("");
  }

  @Test
  void offByDefault() {
    preflight(OURS).statusCode(401).header(ALLOWED, nullValue()).header("Vary", nullValue());
    from(live.admin(), OURS).get(NODES).then().statusCode(200).header(ALLOWED, nullValue());
  }

  @Test
  void aPageThatIsAllowedMayAskAndReadTheAnswer() throws Exception {
    live.apply(CORS + "http_server.cors.max_age=7s\n");

    preflight(OURS)
        .statusCode(204)
        .header(ALLOWED, equalTo(OURS))
        .header("Access-Control-Allow-Methods", equalTo("GET, POST, DELETE"))
        .header("Access-Control-Allow-Headers", equalTo("Authorization, Content-Type"))
        .header("Access-Control-Max-Age", equalTo("7"))
        .header("Access-Control-Allow-Credentials", nullValue())
        .header("Vary", equalTo("origin"));
    from(live.admin(), OURS)
        .get(NODES)
        .then()
        .statusCode(200)
        .header("Content-Type", equalTo("application/json"))
        .header(ALLOWED, equalTo(OURS));
    // Pages must be able to tell why they were refused.
    from(live.anonymous(), OURS).get(NODES).then().statusCode(401).header(ALLOWED, equalTo(OURS));
  }

  @Test
  void otherPagesLearnNothing() throws Exception {
    live.apply(CORS);
    for (String origin :
        new String[] {"https://evil.example", "null", "http://console.example.com", OURS + ".x"}) {
      preflight(origin).statusCode(401).header(ALLOWED, nullValue());
      from(live.admin(), origin)
          .get(NODES)
          .then()
          .statusCode(200)
          .header(ALLOWED, nullValue())
          .header("Vary", equalTo("origin"));
    }
    live.admin().options(NODES).then().statusCode(405);
  }

  @Test
  void credentialsOfBrowsersOnlyWhereTheyAreAllowed() throws Exception {
    live.apply(CORS + "http_server.cors.allow_credentials=true\n");

    preflight(OURS).statusCode(204).header("Access-Control-Allow-Credentials", equalTo("true"));
  }

  @Test
  void everyPageWithoutCredentials() throws Exception {
    live.apply("http_server.cors.allow_origins=*\n");

    preflight("https://any.example")
        .statusCode(204)
        .header(ALLOWED, equalTo("*"))
        .header("Access-Control-Allow-Credentials", nullValue())
        .header("Vary", nullValue());
  }

  @Test
  void aPageOfAnotherSiteChangesNothing() {
    String body = "{\"topic\":\"t\",\"payload\":\"x\",\"retain\":true}";
    for (String path : new String[] {"/mqtt/publish", "/restart", "/nope"}) {
      from(live.admin(), "https://evil.example")
          .contentType("text/plain")
          .body(body)
          .post(ApiRoutes.ROOT + path)
          .then()
          .statusCode(403)
          .body("code", equalTo(108));
      live.admin()
          .header("Sec-Fetch-Site", "cross-site")
          .delete(ApiRoutes.ROOT + path)
          .then()
          .statusCode(403);
    }
    String own = "http://127.0.0.1:" + live.port();
    from(live.admin(), own)
        .contentType("text/plain")
        .body(body)
        .post(ApiRoutes.ROOT + "/mqtt/publish")
        .then()
        .statusCode(415)
        .body("code", equalTo(108));
    assertThat(running.get().retained().size()).isZero();
    from(live.admin(), own)
        .contentType("application/json")
        .body(body.replace(",\"retain\":true", ""))
        .post(ApiRoutes.ROOT + "/mqtt/publish")
        .then()
        .statusCode(200);
  }

  private ValidatableResponse preflight(String origin) {
    return from(live.anonymous(), origin)
        .header("Access-Control-Request-Method", "DELETE")
        .options(NODES)
        .then();
  }

  private static RequestSpecification from(RequestSpecification request, String origin) {
    return request.header("Origin", origin);
  }
}
