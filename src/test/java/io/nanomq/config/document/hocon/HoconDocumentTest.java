package io.nanomq.config.document.hocon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.setting.ConfException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HoconDocumentTest {
  private static final String BRIDGE = "bridges.mqtt.<name>.";

  @TempDir Path folder;

  @Test
  void everySettingHasLineAndColumn() throws Exception {
    LoadedConf loaded = Confs.load("mqtt {\n  # c\n  max_mqueue_len = 5\n}\n");
    assertThat(loaded.values().origin("mqtt.max_mqueue_len").where()).endsWith("nanomq.conf:3:3");
  }

  @Test
  void anEditKeepsCommentsOrderAndLayout() throws Exception {
    String text =
        "# head\nmqtt {\n  max_mqueue_len = 5 # why\n\n  // more\n  retry_interval=10s\n}";
    assertThat(edited(text, ConfEdit.set("mqtt.max_mqueue_len", 7L)))
        .isEqualTo(text.replace("= 5", "= 7"));
  }

  @Test
  void anAppendedKeyHasALineOfItsOwn() throws Exception {
    assertThat(edited("mqtt.max_mqueue_len = 5", ConfEdit.set("http_server.port", 1L)).lines())
        .first()
        .isEqualTo("mqtt.max_mqueue_len = 5");
    assertThat(edited("# comment", ConfEdit.set("http_server.port", 1L))).startsWith("# comment\n");
    assertThat(edited("mqtt {\n  property_size = 1\n}\n", ConfEdit.set("mqtt.max_mqueue_len", 1L)))
        .isEqualTo("mqtt {\n  property_size = 1\n  max_mqueue_len : 1\n}\n");
  }

  @Test
  void aKeyInsideOneLineStaysInsideIt() throws Exception {
    assertThat(edited("{ mqtt { property_size = 1 } }", ConfEdit.set("mqtt.max_mqueue_len", 1L)))
        .isEqualTo("{ mqtt { property_size = 1, max_mqueue_len : 1 } }");
  }

  @Test
  void aKeyThatIsRemovedIsGone() throws Exception {
    assertThat(edited("mqtt.max_mqueue_len = 5\n# c\n", ConfEdit.remove("mqtt.max_mqueue_len")))
        .isEqualToIgnoringWhitespace("# c");
  }

  @Test
  void valuesGetQuotesAndUnits() throws Exception {
    String text =
        edited(
            "",
            ConfEdit.set("http_server.password", "a \"b\" #c ${d}"),
            ConfEdit.set("http_server.auth_type", "jwt"),
            ConfEdit.set("mqtt.max_packet_size", 2048L),
            ConfEdit.set("mqtt.retry_interval", 90_000L),
            ConfEdit.set("log.to", List.of("file", "console")));
    assertThat(text)
        .contains("password : \"a \\\"b\\\" #c ${d}\"")
        .contains("auth_type : jwt")
        .contains("max_packet_size : 2KB")
        .contains("retry_interval : 90s")
        .contains("to : [\"file\", \"console\"]");
  }

  @Test
  void anElementOfAListChangesWithinItsList() throws Exception {
    String text =
        "bridges.mqtt.x {\n  server = \"mqtt-tcp://h:1\"\n"
            + "  subscription = [\n    {remote_topic = a, local_topic = b}\n"
            + "    {remote_topic = c, qos = 1}\n  ]\n}\n# end\n";
    String edited =
        edited(
            text,
            ConfEdit.set(BRIDGE + "subscription.<n>.qos", 2L, "x", "1"),
            ConfEdit.remove(BRIDGE + "subscription.<n>.remote_topic", "x", "2"),
            ConfEdit.remove(BRIDGE + "subscription.<n>.qos", "x", "2"));

    BridgeConf bridge = Confs.conf(edited).integrations().bridges().get(0);
    assertThat(bridge.subscriptions())
        .containsExactly(new BridgeConf.Topic("a", "b", "", "", 2, -1, 4));
    assertThat(edited).startsWith("bridges.mqtt.x {\n  server").endsWith("]\n}\n# end\n");
  }

  @Test
  void filesAreIncludedFromBeside() throws Exception {
    Confs.write(folder, "etc/nanomq_pwd.conf", "\"admin\": \"public\"\n\"a.b\": \"x\"\n");
    Path main =
        Confs.write(folder, "etc/main.conf", "auth.password = {include \"nanomq_pwd.conf\"}\n");

    LoadedConf loaded = load(main);

    assertThat(loaded.conf().auth().users()).isEqualTo(Map.of("admin", "public", "a.b", "x"));
    assertThat(loaded.values().origin("auth.password.<name>", "admin").where())
        .endsWith("nanomq_pwd.conf:1:2");
  }

  @Test
  void aFileThatIsNotThereIsAWarning() throws Exception {
    Path main =
        Confs.write(folder, "main.conf", "include \"nope.conf\"\nmqtt.max_mqueue_len = 5\n");
    assertThat(load(main).warnings())
        .anyMatch(warning -> warning.reason().contains("nope.conf, which is not there"));
  }

  @Test
  void filesThatIncludeEachOtherAreAnError() throws Exception {
    Path main = Confs.write(folder, "main.conf", "include \"main.conf\"\n");
    assertThatThrownBy(() -> load(main)).hasMessageContaining("in a circle or too deep");
  }

  @Test
  void anUnreadableFileIsAnError() throws Exception {
    Confs.write(folder, "pwd/x", "");
    Path main = Confs.write(folder, "main.conf", "auth.password = { include \"pwd\" }\n");
    assertThatThrownBy(() -> load(main)).hasMessageContaining("pwd cannot be read");
  }

  @Test
  void nothingIsFetchedFromElsewhere() throws Exception {
    Path main = Confs.write(folder, "m.conf", "include url(\"http://127.0.0.1:9/x\")\nmqtt {}");
    assertThatThrownBy(() -> load(main)).hasMessageContaining("is not a file");
    Path other = Confs.write(folder, "n.conf", "include classpath(\"x.conf\")\nmqtt {}");
    assertThatThrownBy(() -> load(other)).hasMessageContaining("is not a file");
  }

  @Test
  void brokenTextNamesItsLine() {
    assertThatThrownBy(() -> HoconDocument.parse("x.conf", "mqtt {\n  a = [1\n}\n"))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("x.conf:");
    assertThatThrownBy(() -> HoconDocument.parse("x.conf", "{".repeat(100_000)))
        .isInstanceOf(ConfException.class);
  }

  @Test
  void substitutionsSeeTheDocumentAndTheEnvironment() throws Exception {
    String text =
        "n = ${LEN}\n".replace("n =", "mqtt.max_mqueue_len =")
            + "mqtt.max_inflight_window = ${mqtt.max_mqueue_len}\n"
            + "mqtt.property_size = ${?NOT_SET}\n";
    LoadedConf loaded = Confs.load(text, Map.of("LEN", "33"));
    assertThat(loaded.conf().mqtt().queues().length()).isEqualTo(33);
    assertThat(loaded.conf().mqtt().queues().maxInflightWindow()).isEqualTo(33);
    assertThat(Confs.reports("mqtt.max_mqueue_len = ${LEN}")).hasSize(1);
  }

  @Test
  void aValueMayReferToItsEarlierOne() throws Exception {
    Map<String, String> environment = Map.of("FOOLEN", "33", "mqtt", "x", "nope", "x", "a.b", "4");
    String text = "mqtt.max_mqueue_len=5\nmqtt.max_mqueue_len=${?FOOLEN}\n";
    assertThat(Confs.load(text, environment).conf().mqtt().queues().length()).isEqualTo(33);
    assertThat(Confs.load(text).conf().mqtt().queues().length()).isEqualTo(5);
    assertThat(Confs.load(text.replace("FOOLEN", "\"a.b\""), environment).conf().mqtt())
        .returns(4, mqtt -> mqtt.queues().length());

    String lists = "log.to = [file]\nlog.to += \"console\"\nlog.dir = /a\nlog.dir = ${log.dir}/b\n";
    assertThat(Confs.load(lists, environment).values().list("log.to"))
        .containsExactly("file", "console");
    assertThat(Confs.load(lists, environment).values().text("log.dir")).isEqualTo("/a/b");
    assertThat(Confs.load("log { dir = /a }\nmqtt = ${?NOT_SET}\n", environment).values().given())
        .containsOnlyKeys("log.dir");
  }

  @Test
  void variablesReachIncludedFilesToo() throws Exception {
    Confs.write(folder, "in.conf", "max_mqueue_len = 5\nmax_mqueue_len = ${?LEN}\n");
    Path main = Confs.write(folder, "main.conf", "mqtt {\n  include \"in.conf\"\n}\n");
    String[] arguments = {"--conf", main.toString()};
    assertThat(Confs.load(arguments, Map.of("LEN", "33"), folder).conf().mqtt().queues().length())
        .isEqualTo(33);
  }

  @Test
  void noErrorShowsTheEnvironment() {
    Map<String, String> environment = Map.of("AAA_SECRET", "s3cret", "NUMBER", "1");
    for (String text :
        List.of(
            "log.dir = [1] ${AAA_SECRET}\n",
            "log = { dir = 1 } ${AAA_SECRET}\n",
            "log.to = ${AAA_SECRET}\nlog.to += [1]\n",
            "log.dir = ${log.file}\nlog.file = ${log.dir}\n",
            "log.dir = ${NOT_SET}\n",
            "log.dir = ${AAA_SECRET.x}\n")) {
      assertThatThrownBy(() -> Confs.load("mqtt {}\n" + text, environment))
          .as(text)
          .isInstanceOf(ConfException.class)
          .message()
          .doesNotContain("s3cret")
          .doesNotContain("AAA_SECRET\":")
          .doesNotContain("Config");
    }
    assertThat(
            HoconProblems.of(
                    "x.conf",
                    new ConfigException.BugOrBroken(
                        "replace in parent not possible in ResolveSource(root="
                            + "SimpleConfigObject({\"AAA_SECRET\":\"s3cret\"}))"))
                .reason())
        .isEqualTo("replace in parent not possible in ...");
  }

  @Test
  void linesOfAnEditEndAsTheOthersDo() throws Exception {
    String text =
        "# head\r\nmqtt {\r\n  property_size = 1 # why\r\n}\r\n"
            + "log.dir = \"\"\"/a\r\nb\"\"\"\r\n\r\n";
    String edited =
        edited(
            text,
            ConfEdit.set("mqtt.max_mqueue_len", 7L),
            ConfEdit.set("http_server.port", 1L),
            ConfEdit.set(BRIDGE + "server", "mqtt-tcp://h:1", "x"));

    assertThat(edited.replace("\r\n", "")).doesNotContain("\r").doesNotContain("\n");
    assertThat(edited)
        .startsWith(
            "# head\r\nmqtt {\r\n  property_size = 1 # why\r\n  max_mqueue_len : 7\r\n}\r\n"
                + "log.dir = \"\"\"/a\r\nb\"\"\"\r\n\r\n");
    assertThat(edited("# c\r\nlog {}", ConfEdit.set("http_server.port", 1L)))
        .startsWith("# c\r\nlog {}\r\nhttp_server");
    assertThat(edited(text, ConfEdit.set("mqtt.property_size", 2L)))
        .isEqualTo(text.replace("property_size = 1", "property_size = 2B"));
  }

  @Test
  void aFileThatIsRequiredMustBeThere() throws Exception {
    for (String required : List.of("required(\"no.conf\")", "required(file(\"no.conf\"))")) {
      Path main = Confs.write(folder, "main.conf", "mqtt {\n  include " + required + "\n}\n");
      assertThatThrownBy(() -> load(main))
          .hasMessageContaining("error")
          .hasMessageContaining("no.conf, which is not there");
    }
  }

  private LoadedConf load(Path main) throws ConfException {
    return Confs.load(new String[] {"--conf", main.toString()}, Map.of(), folder);
  }

  private static String edited(String text, ConfEdit... edits) throws ConfException {
    return HoconDocument.parse("x.conf", text).with(List.of(edits)).text();
  }
}
