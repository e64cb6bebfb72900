package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A start with texts that are empty or not there: it is the defaults only where nothing was asked.
 */
class VanishedTextTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\uFEFF",
        " \t\r\n\n",
        "# url=nmq-tcp://127.0.0.1:1\n",
        "\uFEFF## comment\n\n  # another\n",
        "// comment\n",
        "{}",
        "{ # comment\n}\n",
        "include \"nope.conf\"\n",
        "include \"comments.conf\"\n"
      })
  void anEmptyDocumentStartsNothing(String text) throws Exception {
    Confs.write(folder, "etc/comments.conf", "# auth.allow_anonymous = false\n");
    Path main = Confs.write(folder, "etc/nanomq.conf", text);
    assertThatThrownBy(this::load)
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("nanomq.conf: is empty, or holds comments only");
    String[] old = {"--old_conf", main.toString()};
    assertThatThrownBy(() -> Confs.load(old, Map.of(), folder)).isInstanceOf(ConfException.class);
  }

  @Test
  void whatSaysSomethingIsNotEmpty() throws Exception {
    for (String text :
        List.of("mqtt { max_mqueue_len = 5 }\n", "msq_len=5", "include \"more.conf\"\n")) {
      Confs.write(folder, "etc/more.conf", "mqtt.max_mqueue_len = 5\n");
      Confs.write(folder, "etc/nanomq.conf", text);
      assertThat(load().source()).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mqtt {}\n",
        "auth { password {} }\nlisteners { tcp {} }\n",
        "blf {}\n",
        "blf { enable = true }\nmqtt {}\n",
        "mqtt.max_mqueue_len = ${?NOPE}\n",
        "mqtt { max_mqueue_len = null }\n",
        "aws.bridge=x\n",
        "rule.x.y=z\n",
        "include \"sections.conf\"\n"
      })
  void sectionsAndReferencesToNothingStartNothingEither(String text) throws Exception {
    Confs.write(folder, "etc/sections.conf", "mqtt {\n  max_mqueue_len = ${?NOPE}\n}\n");
    Confs.write(folder, "etc/nanomq.conf", text);
    String problem = "holds no setting, be it in sections, which would open the broker";
    assertThatThrownBy(this::load).hasMessageContaining("nanomq.conf: " + problem);

    Map<String, String> map =
        Map.of("NANOMQ_CONFIG_STORE", "configmap", "NANOMQ_CONFIG_CONFIGMAP", "nanomq");
    Path document = StoreChoice.of(new String[0], map).document();
    Map<Path, byte[]> stored = Map.of(document, text.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Confs.load(new String[0], map, folder, stored, null))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining(text.startsWith("include") ? "nanomq.conf: is empty" : problem);
  }

  @Test
  void referencesToWhatIsSetAreSettings() throws Exception {
    Confs.write(folder, "etc/nanomq.conf", "auth.allow_anonymous = ${?YES}\n");
    assertThat(load(Map.of("YES", "false")).conf().auth().allowAnonymous()).isFalse();
  }

  @Test
  void anIncludedFileThatOnlyRefersToNothingIsAnErrorInASectionThatLocks() throws Exception {
    Confs.write(
        folder, "etc/nanomq.conf", "mqtt.max_mqueue_len = 5\nauth {\n include \"a.conf\" }\n");
    Confs.write(folder, "etc/a.conf", "allow_anonymous = ${?LOCK}\n");
    assertThatThrownBy(this::load)
        .hasMessageContaining("nanomq.conf:3: includes ")
        .hasMessageContaining("a.conf, which only refers to what is not set");
    assertThat(load(Map.of("LOCK", "false")).conf().auth().allowAnonymous()).isFalse();
  }

  @Test
  void anIncludedFileThatOnlyRefersToNothingNowWasReadBefore() throws Exception {
    Confs.write(folder, "etc/nanomq.conf", "mqtt.max_mqueue_len = 5\ninclude \"a.conf\"\n");
    Confs.write(folder, "etc/a.conf", "auth.allow_anonymous = false\n");
    LoadedConf inForce = load();
    Confs.write(folder, "etc/a.conf", "log.level = ${?NOPE}\n");
    assertThatThrownBy(() -> reload(inForce))
        .hasMessageContaining("a.conf, which was read before and is empty now");
    // What said nothing from the start is no loss.
    LoadedConf without = load();
    assertThat(reload(without).conf().auth().allowAnonymous()).isTrue();
  }

  private LoadedConf reload(LoadedConf inForce) throws ConfException {
    return ConfLoader.load(new String[0], Map.of(), folder, Map.of(), null, inForce, null);
  }

  private LoadedConf load(Map<String, String> environment) throws ConfException {
    return Confs.load(new String[0], environment, folder);
  }

  @Test
  void aLinkToNowhereIsNoReasonForTheDefaults() throws Exception {
    Files.createDirectory(folder.resolve("etc"));
    Path main = folder.resolve("etc/nanomq.conf");
    Files.createSymbolicLink(main, Path.of("nowhere"));
    assertThatThrownBy(this::load).hasMessageContaining("nanomq.conf: cannot be read");
    Files.delete(main);
    Files.createDirectory(main);
    assertThatThrownBy(this::load).hasMessageContaining("nanomq.conf: cannot be read");
    Files.delete(main);
    Confs.write(folder, "etc/nanomq.conf", "msq_len=5\n");
    Files.createSymbolicLink(folder.resolve("etc/nanomq_auth_username.conf"), Path.of("nowhere"));
    assertThatThrownBy(this::load).hasMessageContaining("nanomq_auth_username.conf: cannot be");
  }

  @Test
  void filesBesideMayHoldCommentsOnlyAsNanomqsDo() throws Exception {
    Confs.write(folder, "etc/nanomq.conf", "msq_len=5\n");
    Path users = Confs.write(folder, "etc/nanomq_auth_username.conf", "## auth.1.login = admin\n");
    assertThat(load().documents()).hasSize(2);

    Files.writeString(users, "");
    assertThatThrownBy(this::load).hasMessageContaining("nanomq_auth_username.conf: is empty");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mqtt {}\nauth {\n  include \"nope.conf\"\n}\n",
        "mqtt {}\nauth.password = {\ninclude \"nope.conf\" }\n",
        "mqtt {}\nauth { allow_anonymous = false, acl {\ninclude file(\"nope.conf\") } }\n",
        "mqtt {}\n\"listeners\" { ssl {\n  include \"nope.conf\"\n} }\n",
        "mqtt {}\nlisteners.tcp {\n  include \"nope.conf\"\n}\n",
        "{ mqtt {}\nhttp_server {\n  include \"nope.conf\"\n} }\n"
      })
  void aMissingFileThatSaysWhoGetsInIsAnError(String text) throws Exception {
    Confs.write(folder, "etc/nanomq.conf", text);
    assertThatThrownBy(this::load)
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("error: ")
        .message()
        .containsPattern(
            "nanomq.conf:[23]: includes nope.conf, which is not there, and who gets in");
    Confs.write(folder, "etc/nope.conf", "# nobody = here\n");
    assertThatThrownBy(this::load).hasMessageContaining("which is empty or holds comments only");
  }

  @Test
  void filesThatAnIncludedFileIncludesStandWhereItDoes() throws Exception {
    Confs.write(folder, "etc/nanomq.conf", "auth {\n  include \"users.conf\"\n}\n");
    Confs.write(folder, "etc/users.conf", "allow_anonymous = false\ninclude \"nope.conf\"\n");
    assertThatThrownBy(this::load)
        .hasMessageContaining("users.conf:2: includes nope.conf, which is not there, and who");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include \"nope.conf\"\nmqtt.max_mqueue_len = 5\n",
        "mqtt {\n include \"nope.conf\"\n}\nauth.allow_anonymous = false\n",
        "auth { allow_anonymous = false }\nbridges.mqtt {\n  include \"nope.conf\"\n}\n",
        "auth { allow_anonymous = false\n}\ninclude \"nope.conf\"\n"
      })
  void elsewhereItIsAWarning(String text) throws Exception {
    Confs.write(folder, "etc/nanomq.conf", text);
    assertThat(load().warnings())
        .extracting(ConfProblem::toString)
        .anyMatch(w -> w.matches(".*nanomq.conf:[0-9]: includes nope.conf, which is not there"))
        .filteredOn(w -> w.contains("anonymous clients get in") && w.contains("nope.conf is not"))
        .hasSize(text.contains("allow_anonymous") ? 0 : 1);
  }

  private LoadedConf load() throws ConfException {
    return Confs.load(new String[0], Map.of(), folder);
  }
}
