package io.nanomq.api.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.api.route.ApiRoutes;
import io.nanomq.config.model.HttpServerConf.Cors;
import io.vertx.core.MultiMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests of browsers may change something. */
class CrossSiteCheckTest {
  private static final String PATH = ApiRoutes.ROOT + "/mqtt/publish";
  private static final String UPDATE = ApiRoutes.ROOT + "/config_update";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "h:8081    | -                   | -           | 0",
        "h:8081    | http://h:8081       | -           | 0",
        "h:8081    | http://h:8081       | same-origin | 0",
        "H:8081    | https://h:8081      | same-origin | 0",
        "h         | https://h           | -           | 0",
        "h:443     | https://h           | -           | 0",
        "h:80      | http://h            | -           | 0",
        "my_h:8081 | http://my_h:8081    | -           | 0",
        "[::1]:81  | http://[::1]:81     | -           | 0",
        "h:8081    | -                   | none        | 0",
        "h:8081    | -                   | same-origin | 0",
        "h:8081    | https://c.example   | cross-site  | 0",
        "h:8081    | http://h            | -           | 403",
        "h:8081    | http://h:8082       | -           | 403",
        "h:443     | http://h            | -           | 403",
        "h:8081    | http://h:8081.x     | -           | 403",
        "h:8081    | http://evil.example | -           | 403",
        "h:8081    | http://evil/h:8081  | -           | 403",
        "h:8081    | http://u@h:8081     | -           | 403",
        "h:8081    | null                | -           | 403",
        "null      | null                | -           | 403",
        "h:8081    | ''                  | -           | 403",
        "h:8081    | http://h:8081       | cross-site  | 403",
        "h:8081    | http://h:8081       | same-site   | 403",
        "h:8081    | -                   | cross-site  | 403",
        "h:8081    | -                   | same-site   | 403",
        "h:8081    | -                   | anything    | 403",
        "-         | http://h:8081       | -           | 403"
      })
  void pagesOfOtherSitesChangeNothing(String host, String origin, String site, int status) {
    MultiMap headers = headers("application/json");
    add(headers, "Host", host);
    add(headers, "Origin", origin);
    add(headers, "Sec-Fetch-Site", site);

    assertThat(status(headers, PATH, true, "https://c.example")).isEqualTo(status);
  }

  @Test
  void severalOriginsAreNone() {
    MultiMap headers = headers("application/json");
    headers.add("Host", "h").add("Origin", "http://h").add("Origin", "http://evil.example");

    assertThat(status(headers, PATH, true)).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json                  | 0",
        "application/json; charset=utf-8   | 0",
        "APPLICATION/JSON                  | 0",
        "application/merge-patch+json      | 0",
        "text/plain                        | 415",
        "text/plain; application/json      | 415",
        "application/x-www-form-urlencoded | 415",
        "multipart/form-data; boundary=x   | 415",
        "application/jsonx                 | 415",
        "''                                | 415"
      })
  void bodiesFromBrowsersAreJson(String type, int status) {
    MultiMap own = headers(type).add("Host", "h").add("Origin", "http://h");
    assertThat(status(own, PATH, true)).isEqualTo(status);
    assertThat(status(own, PATH, false)).isZero();
    assertThat(status(headers(type).add("Host", "h"), PATH, true)).isZero();
  }

  @Test
  void aDocumentIsNoJsonButNoFormOfAnotherSiteEither() {
    MultiMap own = headers("text/plain").add("Host", "h").add("Origin", "http://h");
    assertThat(status(own, UPDATE, true)).isZero();
    MultiMap other = headers("text/plain").add("Host", "h").add("Origin", "https://c.example");
    assertThat(status(other, UPDATE, true, "https://c.example")).isEqualTo(415);
    MultiMap asked =
        headers("application/hocon").add("Host", "h").add("Origin", "https://c.example");
    assertThat(status(asked, UPDATE, true, "https://c.example")).isZero();
  }

  @Test
  void whereAllPagesAreAllowedOneThatDidNotAskIsNot() {
    MultiMap bare = headers("").add("Host", "h").add("Origin", "https://any.example");
    assertThat(status(bare, ApiRoutes.ROOT + "/restart", false, "*")).isEqualTo(415);
    MultiMap json =
        headers("application/json").add("Host", "h").add("Origin", "https://any.example");
    assertThat(status(json, ApiRoutes.ROOT + "/restart", false, "*")).isZero();
  }

  private static MultiMap headers(String type) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    return type.isEmpty() ? headers : headers.add("Content-Type", type);
  }

  private static void add(MultiMap headers, String name, String value) {
    if (value != null) {
      headers.add(name, value);
    }
  }

  private static int status(MultiMap headers, String path, boolean hasBody, String... allowed) {
    var check = new CrossSiteCheck(headers, path, hasBody, new Cors(List.of(allowed), false, 1));
    CrossSiteCheck.Refusal refusal = check.refusal();
    return refusal == null ? 0 : refusal.status();
  }
}
