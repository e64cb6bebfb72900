package io.nanomq.config.document.hocon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanomq.api.configuration.ConfView;
import io.nanomq.api.configuration.HotValues;
import io.nanomq.api.configuration.PatchReader;
import io.nanomq.config.ConfDiff;
import io.nanomq.config.ConfLoader;
import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.tls.FilePemStore;
import io.nanomq.tls.PemSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is shown that the document does not say itself: variables, and what it includes. */
class HoconShownTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("SECRET", "hidden", "NUMBER", "4711", "LONG", "hidden-too", "NET", "10.47.11.0/24");

  @TempDir Path root;

  @Test
  void variablesAreShownAsReferencesWhateverIsMadeOfThem() throws Exception {
    LoadedConf loaded =
        load(
            """
            exchange.moved = ${SECRET}
            exchange.again = ${exchange.moved}
            http_server.username = ${exchange.again}
            http_server.password = "a"${SECRET}"b"
            mqtt.max_mqueue_len = ${NUMBER}
            http_server.trusted_proxies = [${NET}, 10.0.0.1]
            log.file = ${?LONG}.log
            listeners.tcp.bind = "127.0.0.1:"${NUMBER}
            """);

    assertThat(loaded.conf().httpServer().username()).isEqualTo("hidden");
    assertThat(loaded.conf().httpServer().password()).isEqualTo("ahiddenb");
    assertThat(loaded.conf().mqtt().queues().length()).isEqualTo(4711);
    assertThat(everything(loaded))
        .contains("username=${SECRET}", "msq_len=${NUMBER}", "${LONG}.log", "${NET},10.0.0.1")
        .contains("url=nmq-tcp://127.0.0.1:${NUMBER}")
        .doesNotContain("hidden", "4711", "10.47");
    // What was answered comes back as what it was.
    Map<String, Object> data = ConfView.of(loaded, root, PemSource.DISK);
    assertThat(PatchReader.read(data, loaded, root, new FilePemStore()).isEmpty()).isTrue();
  }

  /** A default of the document counts where the variable is not set, and nobody is told. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http_server.username = ann\nhttp_server.username = ${?NAME}\n",
        "mqtt.max_mqueue_len = 7\nmqtt { max_mqueue_len = ${?NAME} }\n",
        "log.file = \"a\"${?NAME}\".log\"\n",
        "log.to = [file]\nlog.to = [${?NAME}]\n",
        "http_server.trusted_proxies = [10.0.0.1, ${?NAME}, 10.0.0.2]\n",
        "http_server.trusted_proxies = [10.0.0.1] [${?NAME}]\n",
        "exchange.x = b\nexchange.x = ${?NAME}\nhttp_server.username = ${exchange.x}\n",
        "http_server { include \"more.conf\" }\n",
        "bridges.mqtt.b { server = \"mqtt-tcp://h:1\", username = x, username = ${?NAME} }\n"
      })
  void nobodyIsToldWhetherAVariableIsSet(String text) throws Exception {
    Confs.write(root, "etc/more.conf", "username = ann\nusername = ${?NAME}\n");
    Confs.write(root, ConfLoader.DEFAULT_FILE, text + "log {}\n");
    Set<String> shown = new HashSet<>();
    for (String value : List.of("", "4711", "10.47.11.0/24", "file")) {
      Map<String, String> environment = value.isEmpty() ? Map.of() : Map.of("NAME", value);
      try {
        LoadedConf loaded = Confs.load(new String[0], environment, root);
        shown.add(everything(loaded));
        Map<String, Object> data = ConfView.of(loaded, root, PemSource.DISK);
        assertThat(PatchReader.read(data, loaded, root, new FilePemStore()).isEmpty()).isTrue();
      } catch (ConfException e) {
        assertThat(value).as(e.getMessage()).isNotEmpty(); // not what the key takes
      }
    }
    assertThat(shown).as(text).hasSize(1).allMatch(each -> each.contains("${NAME}"));
  }

  @Test
  void filesElsewhereCountButAreNotShown() throws Exception {
    Confs.write(
        root,
        "elsewhere/more.conf",
        "http_server.username = hidden\n"
            + "mqtt { max_mqueue_len = 4711 }\n"
            + "http_server.trusted_proxies = [10.47.11.1]\n"
            + "a { b = hidden }\n"
            + "auth.password { ann = hidden }\n");
    LoadedConf loaded =
        load(
            "include \"../elsewhere/more.conf\"\n"
                + "exchange { include \"../elsewhere/more.conf\" }\n"
                + "log.file = x-${exchange.a.b}.log\na = null\n");

    assertThat(loaded.conf().httpServer().username()).isEqualTo("hidden");
    assertThat(loaded.conf().mqtt().queues().length()).isEqualTo(4711);
    assertThat(loaded.conf().auth().users()).isEqualTo(Map.of("ann", "hidden"));
    assertThat(everything(loaded))
        .contains("x-${include:" + root.resolve("elsewhere/more.conf") + "}")
        .doesNotContain("hidden", "4711");
  }

  @Test
  void linksCountForWhereTheyLead() throws Exception {
    Path more = Confs.write(root, "elsewhere/more.conf", "http_server.username = hidden\n");
    Files.createDirectories(root.resolve("etc"));
    Files.createSymbolicLink(root.resolve("etc/link.conf"), more);

    assertThat(everything(load("include \"link.conf\"\n"))).doesNotContain("hidden");
  }

  @Test
  void configurationBesideTheDocumentIsShown() throws Exception {
    Confs.write(root, "etc/more.conf", "username = ann\n");
    Confs.write(root, "etc/conf.d/log.conf", "log.file = x.log\n");

    assertThat(
            everything(
                load("http_server { include \"more.conf\" }\ninclude file(\"conf.d/log.conf\")\n")))
        .contains("username=ann", "x.log");
  }

  @Test
  void passwordsAreNotMovedToWhereTheyWouldBeShown() throws Exception {
    Confs.write(root, "etc/nanomq_pwd.conf", "admin: hidden\n");
    LoadedConf loaded =
        load(
            "exchange { include \"nanomq_pwd.conf\" }\nhttp_server.username = ${exchange.admin}\n"
                + "auth.password { include \"nanomq_pwd.conf\" }\n");

    assertThat(loaded.conf().auth().users()).isEqualTo(Map.of("admin", "hidden"));
    assertThat(loaded.conf().httpServer().username()).isEqualTo("hidden");
    assertThat(everything(loaded)).doesNotContain("hidden");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "root:x:0:0 hidden\n",
        "a = [hidden\n",
        "hidden = 1\n",
        "mqtt { hidden = 1 }\n",
        "http_server.hidden = ${hidden}\n",
        "http_server.port = hidden\n",
        "mqtt { a = hidden } hidden\n",
        "include \"hidden\n",
        "listeners = hidden\n"
      })
  void errorsOfOtherFilesHoldNoTextOfThem(String text) throws Exception {
    Confs.write(root, "elsewhere/more.conf", text);

    String errors = errors("mqtt {}\ninclude \"../elsewhere/more.conf\"\n");

    assertThat(errors).doesNotContain("hidden").contains("more.conf");
  }

  @Test
  void noErrorIsPutTogetherFromThem() throws Exception {
    Confs.write(root, "elsewhere/more.conf", "s = hidden\nl = [hidden]\no { hidden = hidden }\n");
    for (String line :
        List.of(
            "log.file = ${exchange.l} ${exchange.s}",
            "log.file = ${exchange.o} x",
            "log.to = ${exchange.s}\nlog.to += x",
            "http_server.cors.allow_origins = ${exchange.s}",
            "http_server.trusted_proxies = [${SECRET}]",
            "http_server.port = ${exchange.s}",
            "http_server.auth_type = ${SECRET}",
            "listeners.tcp.bind = ${SECRET}",
            "http_server.cors.allow_origins = \"${SECRET}\"",
            "http_server = ${exchange.s}")) {
      assertThat(errors("exchange { include \"../elsewhere/more.conf\" }\n" + line + "\n"))
          .as(line)
          .doesNotContain("hidden");
    }
  }

  @Test
  void whatADocumentAsksForIsKnownWithoutReadingIt() {
    String name = root.resolve("etc/nanomq.conf").toString();
    byte[] text =
        ("include \"auth.conf\"\n"
                + "mqtt { include file(\"/etc/passwd\") }\n"
                + "include required(\"../x.conf\")\n"
                + "include \"key.pem\"\n"
                + "include url(\"http://x\")\n")
            .getBytes(StandardCharsets.UTF_8);

    assertThat(ForeignIncludes.of(name, text))
        .containsExactlyInAnyOrder(
            "/etc/passwd", root.resolve("x.conf").toString(), root.resolve("etc/key.pem") + "");
    assertThat(ForeignIncludes.of("configmap/nanomq/nanomq.conf", text))
        .contains("/etc/passwd")
        .noneMatch(file -> file.endsWith("auth.conf"));
  }

  /** All that the API answers of a configuration, but for secrets. */
  private String everything(LoadedConf loaded) throws Exception {
    return ConfView.of(loaded, root, PemSource.DISK).toString()
        + HotValues.of(loaded)
        + ConfView.origins(loaded)
        + ConfDiff.between(Confs.load(""), loaded).changes()
        + loaded.warnings();
  }

  private String errors(String text) {
    return catchThrowableOfType(ConfException.class, () -> load(text)).getMessage();
  }

  private LoadedConf load(String text) throws Exception {
    Confs.write(root, ConfLoader.DEFAULT_FILE, text);
    return Confs.load(new String[0], ENVIRONMENT, root);
  }
}
