package io.nanomq.config.document.hocon;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written about who gets in and comes to nothing does not open the broker. */
class HoconGapsTest {
  private static final String MORE = "\nmqtt.max_mqueue_len = 5\n";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "auth.allow_anonymous = ${?NOPE} | 1:6: auth.allow_anonymous refers to what is not set",
        "auth { no_match = ${?NOPE} } | 1:8: auth.no_match refers to what is not set",
        "auth { allow_anonymous = null } | 1:8: auth.allow_anonymous is null",
        "auth.acl = ${?NOPE} | 1:6: auth.acl refers to what is not set",
        "auth.http_auth.acl_req.url = ${?NOPE} | auth.http_auth.acl_req.url refers to what is",
        "http_server.password = ${?NOPE} | http_server.password refers to what is not set",
        "outgoing.deny = [${?NOPE}] | outgoing.deny lists what is not set",
        "listeners.ws.allow_origins = [] | listeners.ws.allow_origins lists nobody",
        "listeners.ws.allow_origins = [${?NOPE}] | listeners.ws.allow_origins lists what is not",
        "listeners.ssl.verify_peer = ${?NOPE} | listeners.ssl.verify_peer refers to what is not"
      })
  void aLockThatIsNotSetIsAnError(String text, String problem) {
    assertThat(Confs.reports(text + MORE)).first().asString().contains(problem);
  }

  @Test
  void anEmptyListOfOriginsIsNotThoseOfAll() {
    assertThat(Confs.reports("url=nmq-tcp://127.0.0.1:1883\nwebsocket.allow_origins=\n"))
        .singleElement()
        .asString()
        .contains("websocket.allow_origins lists nobody");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "username = ${?NOPE} | username refers to what is not set",
        "username = null | username is null",
        "username = \"\" | username is empty",
        "clientid = \"\" | clientid is empty",
        "action = ${?NOPE} | action refers to what is not set",
        "topics = ${?NOPE} | topics refers to what is not set",
        "topics = [${?NOPE}] | topics lists what is not set",
        "topics = [a, ${?NOPE}] | topics lists what is not set",
        "topics = [] | topics is empty",
        "or = [] | or is empty",
        "or = [{}] | or.1 is empty",
        "and = [{ username = ${?NOPE} }, { clientid = x }] | and.1.username refers to what is not"
      })
  void aRuleIsNotAboutMoreThanItSays(String member, String problem) {
    String rule = "auth.acl.rules = [{ permit = allow, " + member + " }, { permit = deny }]";
    assertThat(Confs.reports(rule + MORE))
        .singleElement()
        .asString()
        .contains("auth.acl.rules.1." + problem);
  }

  @Test
  void aRuleThatIsNotSetIsNotLost() {
    assertThat(Confs.reports("auth.acl.rules = [${?NOPE}, { permit = allow }]" + MORE))
        .singleElement()
        .asString()
        .contains("auth.acl.rules lists what is not set");
  }

  @Test
  void soIsWhatStandsInAnIncludedFile() throws Exception {
    Confs.write(folder, "acl.conf", "rules = [{ permit = allow, username = ${?NOPE} }]\n");
    Confs.write(folder, "nanomq.conf", "auth.acl { include \"acl.conf\" }" + MORE);
    String[] arguments = {"--conf", folder.resolve("nanomq.conf").toString()};
    Assertions.assertThatThrownBy(() -> Confs.load(arguments, Map.of(), folder))
        .hasMessageContaining("acl.conf:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth.allow_anonymous = false\nauth.allow_anonymous = ${?NOPE}",
        "auth { allow_anonymous = false }\nauth = ${?NOPE}",
        "auth { allow_anonymous = false, password { joe = x, guest = ${?NOPE} } }",
        "auth { allow_anonymous = false, cache.ttl = ${?NOPE} }",
        "auth.allow_anonymous = false\nlisteners.tcp.bind = ${?NOPE}",
        "auth.allow_anonymous = false\nlisteners.ssl.key_password = ${?NOPE}"
      })
  void whatOpensNothingMayBeLeftOut(String text) throws Exception {
    LoadedConf loaded = Confs.load(text + MORE);
    assertThat(loaded.conf().auth().allowAnonymous()).isFalse();
  }
}
