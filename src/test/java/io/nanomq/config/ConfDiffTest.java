package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.api.configuration.ConfView;
import io.nanomq.config.key.Effect;
import io.nanomq.config.setting.ConfProblem;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfDiffTest {

  @Test
  void everyEffect() throws Exception {
    ConfDiff diff =
        ConfDiff.between(
            Confs.load("msq_len=64\nurl=nmq-tcp://:1883\ndaemon=false\n"),
            Confs.load(
                "msq_len=128\nurl=nmq-tcp://:1884\nhttp_server.port=8082\nnum_taskq_thread=2\n"));

    assertThat(diff.changes())
        .extracting(ConfChange::toString)
        .containsExactly(
            "mqtt.max_mqueue_len: 64 -> 128 (HOT)",
            "url: nmq-tcp://:1883 -> nmq-tcp://:1884 (LISTENER)",
            "http_server.port: 8081 -> 8082 (HTTP)",
            "system.num_taskq_thread: 0 -> 2 (RESTART)");
    assertThat(diff.with(Effect.HOT)).hasSize(1);
    assertThat(diff.changes().get(0).origin().where()).endsWith(":1:9");
  }

  @Test
  void whatIsWrittenDownWithItsDefaultChangesNothing() throws Exception {
    assertThat(
            ConfDiff.between(
                    Confs.load("parallel=32\n"),
                    Confs.load("system { daemon = false }\nmqtt.max_mqueue_len = 1024\n"))
                .isEmpty())
        .isTrue();
  }

  @Test
  void secretsAreMasked() throws Exception {
    ConfDiff diff =
        ConfDiff.between(
            Confs.load("http_server.password=a1\n"), Confs.load("http_server.password=b2\n"));
    assertThat(diff.changes())
        .singleElement()
        .hasToString("http_server.password: ****** -> ****** (HOT)");
  }

  @Test
  void headersAndCredentialsInUrlsAreMasked() throws Exception {
    String text =
        "webhook { url = \"http://joe:pw1@h:1/x@y?key=pw5\", headers { Authorization = \"Basic"
            + " pw2\" } }\n"
            + "auth.http_auth.auth_req {\n"
            + "  url = \"http://pw3@h/x\"\n"
            + "  headers { Authorization = \"Bearer pw4\" }\n"
            + "  params { user = \"%u\", key = pw6 }\n"
            + "}\n";
    LoadedConf loaded = Confs.unchecked(text, Map.of());

    String all =
        ConfDiff.between(Confs.load("log { level = warn }"), loaded).changes()
            + "\n"
            + ConfView.origins(loaded)
            + loaded.values().given()
            + loaded.warnings();

    assertThat(all)
        .doesNotContain("pw")
        .contains("webhook.url:  -> http://******@h:1/x@y?******")
        .contains("params.user:  -> %u", "params.key:  -> ******")
        .contains("webhook.headers.Authorization:  -> ******")
        .contains("http://******@h/x");
    assertThat(loaded.values().text("webhook.url")).isEqualTo("http://joe:pw1@h:1/x@y?key=pw5");
    assertThat(ConfProblem.withoutCredentials("http://a:b/c@h/x,http://u:p@q@h,mqtt-tcp://h:1"))
        .isEqualTo("http://a:b/c@h/x,http://******@h,mqtt-tcp://h:1");
    assertThat(ConfProblem.withoutCredentials("http://u:p,w@h:1,http://h:2,mqtt-tcp://u:p@h"))
        .isEqualTo("http://******@h:1,http://h:2,mqtt-tcp://******@h");
  }

  @Test
  void keysOfWebServersAreMasked() throws Exception {
    LoadedConf loaded =
        Confs.unchecked(
            "auth.http.auth_req.url=http://h/x?a,b&key=pw1\n"
                + "auth.http.auth_req.params=user=%u,key=pw2,name=%c\n",
            Map.of());

    assertThat(ConfView.origins(loaded).toString())
        .doesNotContain("pw")
        .contains("http://h/x?******", "user=%u,key=******,name=%c");
    assertThat(ConfProblem.withoutCredentials("http://h?a=b#c,ws://h:1/?d,e,ws://h:2/"))
        .isEqualTo("http://h?******#c,ws://h:1/?******,ws://h:2/");
  }
}
