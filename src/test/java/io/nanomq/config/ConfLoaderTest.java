package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.model.HttpServerConf.AuthType;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.Layer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfLoaderTest {
  @TempDir Path folder;

  @Test
  void nothingAtAllIsTheDefaults() throws Exception {
    LoadedConf loaded = load(Map.of());
    assertThat(loaded.conf()).isEqualTo(NanomqConf.defaults());
    assertThat(loaded.source()).isNull();
    assertThat(loaded.document()).isNull();
    assertThat(loaded.values().origin("mqtt.max_mqueue_len").layer()).isEqualTo(Layer.DEFAULT);
  }

  @Test
  void laterLayersWin() throws Exception {
    Path file = Confs.write(folder, "a.conf", "msq_len=1\nparallel=1\nqos_duration=1\n");
    LoadedConf loaded =
        load(Map.of("NANOMQ_MSQ_LEN", "2", "NANOMQ_PARALLEL", "2"), "--conf", "a.conf", "-S", "3");

    assertThat(loaded.source()).isEqualTo(file);
    assertThat(loaded.conf().mqtt().queues().length()).isEqualTo(3);
    assertThat(loaded.conf().system().parallel()).isEqualTo(2);
    assertThat(loaded.conf().mqtt().queues().retrySeconds()).isEqualTo(1);
    ConfValues values = loaded.values();
    assertThat(values.origin("mqtt.max_mqueue_len").where()).isEqualTo("-S");
    assertThat(values.origin("system.parallel").where()).isEqualTo("NANOMQ_PARALLEL");
    assertThat(values.origin("mqtt.retry_interval").where()).isEqualTo(file + ":3:14");
  }

  /** NanoMQ's --log_file is a path; a document's log.file is a name. */
  @Test
  void theLogFileOfTheCommandLineMayHaveAFolder() throws Exception {
    ConfValues path = load(Map.of(), "--log_file", "/var/log/x/broker.log").values();
    assertThat(path.text("log.dir")).isEqualTo("/var/log/x");
    assertThat(path.text("log.file")).isEqualTo("broker.log");
    assertThat(path.origin("log.dir").where()).isEqualTo("--log_file");
    ConfValues root = load(Map.of(), "--log_file=/broker.log").values();
    assertThat(root.text("log.dir")).isEqualTo("/");
    assertThat(load(Map.of(), "--log_file", "broker.log").values().text("log.dir"))
        .isEqualTo("/tmp");
    assertThatThrownBy(() -> load(Map.of(), "--log_file", "/var/log/"))
        .isInstanceOf(ConfException.class);
  }

  @Test
  void theMainFileHasThreeNames() throws Exception {
    Confs.write(folder, "etc/nanomq.conf", "msq_len=1\n");
    Confs.write(folder, "b.conf", "msq_len=2\n");
    Confs.write(folder, "c.conf", "msq_len=3\n");
    Map<String, String> variable = Map.of("NANOMQ_CONF_PATH", "b.conf");

    assertThat(load(Map.of()).conf().mqtt().queues().length()).isEqualTo(1);
    assertThat(load(variable).conf().mqtt().queues().length()).isEqualTo(2);
    assertThat(load(variable, "--conf", "c.conf").conf().mqtt().queues().length()).isEqualTo(3);
    assertThat(load(variable, "--old_conf=c.conf").conf().mqtt().queues().length()).isEqualTo(3);
  }

  @Test
  void aFileThatIsNamedAndNotThereIsAnError() {
    assertThatThrownBy(() -> load(Map.of(), "--conf", "nope.conf"))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("nope.conf: cannot be read");
    assertThatThrownBy(() -> load(Map.of("NANOMQ_AUTH_CONF_PATH", "nope.conf")))
        .hasMessageContaining("nope.conf: cannot be read");
  }

  @Test
  void nanomqsOtherFilesStandBesideTheMainOne() throws Exception {
    Confs.write(folder, "etc/nanomq.conf", "allow_anonymous=false\n");
    Confs.write(
        folder, "etc/nanomq_auth_username.conf", "auth.1.login=joe\nauth.1.password=secret\n");
    Confs.write(folder, "etc/nanomq_bridge.conf", "bridge.mqtt.address=mqtt-tcp://h:1883");
    Confs.write(folder, "etc/nanomq_web_hook.conf", "web.hook.url=http://127.0.0.1:80\n");
    Confs.write(folder, "etc/nanomq_auth_http.conf", "auth.http.timeout = 7s\n");
    Confs.write(folder, "other.conf", "auth.1.login=ann\nauth.1.password=s3\n");

    LoadedConf loaded = load(Map.of());
    assertThat(loaded.documents()).hasSize(5);
    assertThat(loaded.conf().auth().users()).isEqualTo(Map.of("joe", "secret"));
    assertThat(loaded.conf().auth().http().timeoutMillis()).isEqualTo(7000);
    assertThat(loaded.conf().integrations().bridges()).hasSize(1);
    assertThat(load(Map.of(), "--auth", "other.conf").conf().auth().users())
        .isEqualTo(Map.of("ann", "s3"));
  }

  @Test
  void besideHoconNothingIsRead() throws Exception {
    Confs.write(folder, "etc/nanomq.conf", "mqtt {\n  max_mqueue_len = 5\n}\n");
    Confs.write(folder, "etc/nanomq_bridge.conf", "bridges.mqtt.x { server = \"mqtt-tcp://h:1\" }");
    assertThat(load(Map.of()).conf().integrations().bridges()).isEmpty();
    assertThat(load(Map.of(), "--bridge", "etc/nanomq_bridge.conf").conf().integrations().bridges())
        .hasSize(1);
  }

  @Test
  void theCommandLineIsNanomqs() throws Exception {
    LoadedConf loaded =
        load(
            Map.of(),
            "broker",
            "start",
            "--url",
            "nmq-tcp://127.0.0.1:1",
            "-p",
            "2",
            "--http",
            "-t",
            "3",
            "-T",
            "2",
            "--daemon",
            "--property_size=5",
            "--log_level",
            "debug",
            "--check");
    assertThat(loaded.conf().listeners()).first().extracting(ListenerConf::port).isEqualTo(1);
    assertThat(loaded.conf().httpServer().port()).isEqualTo(2);
    assertThat(loaded.conf().eventLoops()).isEqualTo(2);
    assertThat(loaded.conf().system().daemon()).isTrue();
    assertThat(loaded.conf().mqtt().packets().maxPropertyBytes()).isEqualTo(5 * 1024);
    assertThat(loaded.checkOnly()).isTrue();
    assertThat(load(Map.of(), "-h").helpOnly()).isTrue();
    assertThat(load(Map.of(), "--http", "false").conf().httpServer().enable()).isFalse();
  }

  @Test
  void aWrongCommandLineIsAnError() {
    assertThatThrownBy(() -> load(Map.of(), "--pot", "1"))
        .hasMessageContaining("--pot: is not a known option; right would be --port");
    assertThatThrownBy(() -> load(Map.of(), "--port")).hasMessageContaining("--port: has no value");
    assertThatThrownBy(() -> load(Map.of(), "--port", "70000"))
        .hasMessageContaining("--port: 70000 is out of range");
  }

  @Test
  void variablesOfTheEnvironment() throws Exception {
    LoadedConf loaded =
        load(
            Map.of(
                "NANOMQ_NUM_TASKQ_THREAD", "3",
                "NANOMQ_HTTP_SERVER_URL", "http://127.0.0.1:99",
                "NANOMQ_MAX_RETAINED_MESSAGES", "7",
                "NANOMQ_MSQLEN", "1",
                "NANOMQ_SERVICE_HOST", "10.0.0.1",
                "NANOMQ_HTTP_SERVER_PORT", "tcp://10.0.0.1:8081",
                "NANOMQ_PORT_1883_TCP", "tcp://10.0.0.1:1883"));
    assertThat(loaded.conf().eventLoops()).isEqualTo(3);
    assertThat(loaded.conf().httpServer().address()).isEqualTo("127.0.0.1");
    assertThat(loaded.conf().httpServer().port()).isEqualTo(99);
    assertThat(loaded.conf().mqtt().broker().maxRetained()).isEqualTo(7);
    assertThat(loaded.warnings())
        .filteredOn(warning -> warning.source().startsWith("NANOMQ"))
        .singleElement()
        .hasToString("NANOMQ_MSQLEN: is not a known variable; right would be NANOMQ_MSQ_LEN");
  }

  @Test
  void secretsAreReadFromVariablesAndFiles() throws Exception {
    Path secret = Confs.write(folder, "secret", "s3cr3t\n");
    Path main =
        Confs.write(
            folder,
            "etc/nanomq.conf",
            "http_server.username=${WHO}\nhttp_server.password=${file:" + secret + "}\n");
    LoadedConf loaded = load(Map.of("WHO", "joe"));

    assertThat(loaded.conf().httpServer().username()).isEqualTo("joe");
    assertThat(loaded.conf().httpServer().password()).isEqualTo("s3cr3t");
    assertThat(loaded.document().text()).isEqualTo(Files.readString(main));
    assertThat(loaded.values().entry("http_server.password").toString()).doesNotContain("s3cr3t");
    assertThatThrownBy(() -> load(Map.of()))
        .hasMessageContaining("${WHO} names an environment variable that is not set");
    Files.delete(secret);
    assertThatThrownBy(() -> load(Map.of("WHO", "joe")))
        .hasMessageContaining("names a file that cannot be read");
  }

  @Test
  void secretsInHoconStandInQuotes() throws Exception {
    Path secret = Confs.write(folder, "secret", "a b");
    Confs.write(
        folder,
        "etc/nanomq.conf",
        "http_server { password = \"${file:" + secret + "}\", username = ${WHO} }");
    HttpServerConf http = load(Map.of("WHO", "ann")).conf().httpServer();
    assertThat(http.password()).isEqualTo("a b");
    assertThat(http.username()).isEqualTo("ann");
  }

  @Test
  void everythingThatIsWrongIsReportedAtOnce() {
    assertThat(
            Confs.reports(
                "urll=x\nhttp_server.port=70000\nmsq_len=eight\nparallel=-1\n"
                    + "qos_duration=1e12\njust words\nhttp_server.auth_type=none"))
        .containsExactly(
            "nanomq.conf:1:1: urll is not a known key; right would be url",
            "nanomq.conf:6:1: the line is not key=value; right would be key=value, or # in front of"
                + " a comment",
            "nanomq.conf:2:18: http_server.port = 70000 is out of range; right would be a whole"
                + " number from 0 to 65535",
            "nanomq.conf:3:9: msq_len = eight is not a whole number; right would be a whole number"
                + " from 1 to 10000000",
            "nanomq.conf:4:10: parallel = -1 is out of range; right would be a whole number from 0"
                + " to 1000000",
            "nanomq.conf:5:14: qos_duration = 1e12 is not a duration; right would be a duration"
                + " from 0s to 24h, such as 10s; plain numbers are seconds",
            "nanomq.conf:7:23: http_server.auth_type = none is not a known word; right would be one"
                + " of basic, jwt");
  }

  @Test
  void wrongHoconIsReportedAtOnce() {
    assertThat(
            Confs.reports(
                "mqtt {\n  max_mqueue_len = [1]\n  property_sice = 1\n}\nhttp_server.port = 1e12\n"
                    + "mqtt.retry_interval = {a = 1}\nlog = 5\nbridges.mqtt.x.forwards = [1, [2]]"))
        .anyMatch(report -> report.contains("2:3: mqtt.max_mqueue_len = 1 is a list"))
        .anyMatch(report -> report.contains("3:3: mqtt.property_sice is not a known key; right"))
        .anyMatch(report -> report.contains("5:13: http_server.port = 1e12 is not a whole number"))
        .anyMatch(report -> report.contains("6:6: mqtt.retry_interval is a section"))
        .anyMatch(report -> report.contains("7:1: log is a section; right would be log { ... }"))
        .anyMatch(report -> report.contains("holds a list in a list"))
        .hasSize(6);
  }

  @Test
  void aListOfSectionsWhereNoneCanBeIsNamedAsWhatItIs() {
    List<String> reports =
        Confs.reports("auth.password = [{ login = joe, password = x }]\nlog.level = [{ a = joe }]");

    assertThat(String.join("\n", reports))
        .contains("auth.password is a list; right would be auth.password { ... }")
        .contains("log.level is a list of sections; right would be one of")
        .doesNotContain("joe");
  }

  @Test
  void brokenFilesAreErrorsAndStayAsTheyAre() throws Exception {
    for (byte[] broken :
        new byte[][] {
          "mqtt {\n  a = \n".getBytes(StandardCharsets.UTF_8),
          new byte[10 * 1024 * 1024],
          {'m', 's', 'q', (byte) 0xFF, (byte) 0xFE},
          "mqtt {}\n}".getBytes(StandardCharsets.UTF_8)
        }) {
      Path file = folder.resolve("x.conf");
      Files.write(file, broken);
      assertThatThrownBy(() -> load(Map.of(), "--conf", "x.conf"))
          .isInstanceOf(ConfException.class)
          .hasMessageContaining("x.conf");
      assertThat(file).hasBinaryContent(broken);
    }
  }

  @Test
  void anotherContentCanBeTriedBeforeItIsWritten() throws Exception {
    Path main = Confs.write(folder, "etc/nanomq.conf", "msq_len=1\n");
    byte[] next = "msq_len=2\n".getBytes(StandardCharsets.UTF_8);
    LoadedConf tried = Confs.load(new String[0], Map.of(), folder, Map.of(main, next), null);
    assertThat(tried.conf().mqtt().queues().length()).isEqualTo(2);
    assertThat(load(Map.of()).conf().mqtt().queues().length()).isEqualTo(1);
  }

  @Test
  void aFileOfNonsenseIsReportedShortly() {
    List<ConfProblem> problems = Confs.problems("no_such_key_at_all=1\n".repeat(5000));
    assertThat(problems).hasSizeGreaterThanOrEqualTo(5000);
    assertThat(new ConfException(problems).getMessage().lines()).hasSize(201);
  }

  @Test
  void authTypeIsNeverOpen() throws Exception {
    assertThat(Confs.conf("").httpServer().authType()).isEqualTo(AuthType.BASIC);
    assertThat(Confs.reports("http_server.auth_type=jwt\n")).hasSize(1);
    assertThat(
            Confs.conf("http_server.auth_type=jwt\nhttp_server.jwt.public.keyfile=/k\n")
                .httpServer()
                .authType())
        .isEqualTo(AuthType.JWT);
  }

  @Test
  void helpNeedsNoDocumentThatIsRight() throws Exception {
    Confs.write(folder, ConfLoader.DEFAULT_FILE, "msq_len=many\n");
    LoadedConf help = load(Map.of(), "stop", "-h");
    assertThat(help.helpOnly()).isTrue();
    assertThat(help.conf()).isEqualTo(NanomqConf.defaults());
  }

  @Test
  void aCommandStandsFirst() throws Exception {
    assertThat(load(Map.of(), "nanomq", "broker", "stop").helpOnly()).isFalse();
    assertThatThrownBy(() -> load(Map.of(), "--check", "stop"))
        .hasMessageContaining("stop: stands behind other words; right would be nanomq stop ...");
    assertThatThrownBy(() -> load(Map.of(), "start", "stop"))
        .hasMessageContaining("stop: stands behind other words");
    assertThatThrownBy(() -> load(Map.of(), "stop", "restart"))
        .hasMessageContaining("restart: stands behind other words");
    assertThatThrownBy(() -> load(Map.of(), "halt"))
        .hasMessageContaining("halt: is not a known command; right would be start, stop");
  }

  private LoadedConf load(Map<String, String> environment, String... arguments)
      throws ConfException {
    return Confs.load(arguments, environment, folder);
  }
}
