package io.nanomq.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nanomq.config.model.AclRuleConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.kubernetes.ApiServer;
import io.nanomq.kubernetes.ConfigMapConfStore;
import io.nanomq.tls.FilePemStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A document in a ConfigMap that gets lost, and one that never was there. */
class ConfigMapDocumentsTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("NANOMQ_CONFIG_STORE", "configmap", "NANOMQ_CONFIG_CONFIGMAP", ApiServer.NAME);
  private static final Path DOCUMENT = Path.of("configmap", ApiServer.NAME, "nanomq.conf");

  @TempDir Path folder;
  private ApiServer api;
  private KubernetesClient client;
  private ConfInputs inputs;

  @BeforeEach
  void start() {
    api = new ApiServer();
    client = api.client();
    inputs = new ConfInputs(List.of(), ENVIRONMENT, folder);
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n# allow_anonymous=false\n", "{}", "no key", "no map"})
  void aLostTextIsAnErrorUntilItIsBack(String how) throws Exception {
    for (String good : List.of("msq_len=6\n", "mqtt { max_mqueue_len = 6 }\n")) {
      api.create(good);
      var store = new ConfigMapConfStore(client, ApiServer.NAMESPACE, ApiServer.NAME);
      var started = inputs.load(Map.of(DOCUMENT, store.read().bytes()), null);
      var documents =
          new ConfDocuments(inputs, started, store, new FilePemStore(), Clock.systemUTC());

      lose(how);
      assertThatThrownBy(documents::read)
          .isInstanceOf(ConfException.class)
          .message()
          .containsAnyOf("is empty, or holds comments only", "is no longer there");

      api.delete();
      api.create(good.replace('6', '7'));
      assertThat(documents.read().loaded().conf().mqtt().queues().length()).isEqualTo(7);
      api.delete();
    }
  }

  private void lose(String how) {
    switch (how) {
      case "no map" -> api.delete();
      case "no key" ->
          api.operator()
              .configMaps()
              .inNamespace(ApiServer.NAMESPACE)
              .withName(ApiServer.NAME)
              .edit(map -> new ConfigMapBuilder(map).removeFromData("nanomq.conf").build());
      default -> api.edit(how);
    }
  }

  @Test
  void anEmptyOneStartsNothing() {
    for (String empty : List.of("", "# nothing\n")) {
      assertThatThrownBy(
              () -> inputs.load(Map.of(DOCUMENT, empty.getBytes(StandardCharsets.UTF_8)), null))
          .isInstanceOf(ConfException.class)
          .hasMessageContaining("is empty, or holds comments only");
    }
  }

  /** As a ConfigMap has it, where every other {@code ${NAME}} is an environment variable. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth.acl.rules = [{permit = allow, topics = [\"own/${clientid}/#\","
            + " \"u/${username}\"]}]\n",
        "acl.rule.1={\"permit\":\"allow\",\"topics\":[\"own/${clientid}/#\",\"u/${username}\"]}\n"
      })
  void placeholdersOfRulesAreNoVariables(String document) throws Exception {
    api.create(document);
    var store = new ConfigMapConfStore(client, ApiServer.NAMESPACE, ApiServer.NAME);
    var started = inputs.load(Map.of(DOCUMENT, store.read().bytes()), null);
    assertThat(started.conf().auth().acl().rules())
        .singleElement()
        .extracting(AclRuleConf::topics)
        .isEqualTo(List.of("own/${clientid}/#", "u/${username}"));
    assertThatThrownBy(
            () ->
                inputs.load(
                    Map.of(
                        DOCUMENT,
                        document.replace("username", "USERNAME_").getBytes(StandardCharsets.UTF_8)),
                    null))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("USERNAME_");
  }
}
