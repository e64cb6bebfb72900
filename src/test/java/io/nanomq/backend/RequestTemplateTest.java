package io.nanomq.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.HttpAuthConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.packet.AccessAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestTemplateTest {
  private static final ClientFacts CLIENT =
      new ClientFacts("c 1", "ann", "10.0.0.1", 1883, "device-7", "CN=device-7", "site/");

  private static HttpAuthConf.Request conf(
      String url, boolean post, String type, String... parameters) {
    Map<String, String> all = new LinkedHashMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      all.put(parameters[i], parameters[i + 1]);
    }
    Map<String, String> headers = type.isEmpty() ? Map.of() : Map.of("Content-Type", type);
    return new HttpAuthConf.Request(url, post, headers, all, TlsConf.NONE);
  }

  private static RequestTemplate.Filled login(HttpAuthConf.Request conf, String password) {
    return new RequestTemplate(conf)
        .fill(
            BackendQuestion.login(
                CLIENT, password.getBytes(StandardCharsets.UTF_8), "10.0.0.1", () -> false));
  }

  /** NanoMQ's own example. */
  @Test
  void aPostHasAForm() {
    var filled =
        login(
            conf("http://h/auth", true, "", "clientid", "%c", "username", "%u", "password", "%P"),
            "p&w=1");
    assertThat(filled.uri()).isEqualTo("http://h/auth");
    assertThat(filled.body()).isEqualTo("clientid=c%201&username=ann&password=p%26w%3D1");
  }

  @Test
  void aGetHasAQuery() {
    assertThat(login(conf("http://h/a", false, "", "u", "%u"), "x").uri())
        .isEqualTo("http://h/a?u=ann");
    assertThat(login(conf("http://h/a?k=1", false, "", "u", "%u"), "x").uri())
        .isEqualTo("http://h/a?k=1&u=ann");
    assertThat(login(conf("http://h/a", false, ""), "x").uri()).isEqualTo("http://h/a");
  }

  @Test
  void aPostOfJsonHasAnObject() {
    var filled =
        login(conf("http://h/a", true, "application/json", "user", "%u", "pass", "%P"), "a\"b");
    assertThat(filled.body()).isEqualTo("{\"user\":\"ann\",\"pass\":\"a\\\"b\"}");
  }

  @Test
  void everyPlaceHasItsValue() {
    var template =
        new RequestTemplate(
            conf("http://h/a", false, "", "all", "%u|%c|%a|%r|%p|%C|%d|%t|%A|%m|%P|%x|100%"));
    String asked =
        template
            .fill(BackendQuestion.topic(CLIENT, AccessAction.PUBLISH, "a/b", "c", () -> false))
            .uri()
            .replace("%7C", "|");
    assertThat(asked)
        .isEqualTo(
            "http://h/a?all=ann|c%201|10.0.0.1|mqtt|1883|device-7|CN%3Ddevice-7|a%2Fb|2|site%2F"
                + "||%25x|100%25");
    assertThat(
            template
                .fill(BackendQuestion.topic(CLIENT, AccessAction.SUBSCRIBE, "a", "c", () -> false))
                .uri())
        .contains("%7C1%7C");
  }

  /** A client that is called like a place learns nothing by it, and leaves no parameter. */
  @Test
  void whatAClientSaysIsNeitherAPlaceNorAParameter() {
    var filled =
        login(conf("http://h/a", true, "", "user", "x%P", "admin", "0"), "%u&admin=1\r\nX: y");
    assertThat(filled.body()).isEqualTo("user=x%25u%26admin%3D1%0D%0AX%3A%20y&admin=0");
  }

  @Test
  void aPasswordThatIsNoTextArrivesAsItIs() {
    byte[] password = {(byte) 0xFF, 0, 'a'};
    var filled =
        new RequestTemplate(conf("http://h/a", true, "", "p", "%P"))
            .fill(BackendQuestion.login(CLIENT, password, "f", () -> false));
    assertThat(filled.body()).isEqualTo("p=%FF%00a");
  }
}
