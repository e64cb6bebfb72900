package io.nanomq.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.kubernetes.ApiServer;
import io.nanomq.kubernetes.ConfigMapConfStore;
import io.nanomq.tls.NoPemStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps clients out and is not carried out is refused in a ConfigMap too. */
class ConfigMapRestrictionsTest {
  private static final String DOCUMENT = "url=nmq-tcp://127.0.0.1:0\n";
  private static final Path PATH = Path.of("configmap", ApiServer.NAME, "nanomq.conf");

  @TempDir Path folder;
  private ApiServer api;
  private KubernetesClient client;
  private ConfigMapConfStore store;
  private ConfInputs inputs;

  @BeforeEach
  void start() {
    api = new ApiServer();
    client = api.client();
    api.create(DOCUMENT);
    store = new ConfigMapConfStore(client, ApiServer.NAMESPACE, ApiServer.NAME);
    inputs =
        new ConfInputs(
            List.of(),
            Map.of("NANOMQ_CONFIG_STORE", "configmap", "NANOMQ_CONFIG_CONFIGMAP", ApiServer.NAME),
            folder);
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "log { level = warn }, authorization { sources = [{ type = simple }] } | nanomq.conf:1:52: authorization.sources.1"
      })
  void atAStartAndAtAnEdit(String text, String blamed) throws Exception {
    ConfDocuments documents =
        new ConfDocuments(inputs, load(), store, new NoPemStore(), Clock.systemUTC());
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(
            () -> new ConfEditing(documents).replace(bytes, documents.read().loaded(), false))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining(blamed);
    assertThat(api.document()).isEqualTo(DOCUMENT);

    api.edit(text + "\n");
    assertThatThrownBy(documents::read)
        .isInstanceOf(ConfException.class)
        .hasMessageContaining(blamed);
    assertThatThrownBy(this::load)
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("restricts clients and is not carried out");
  }

  private LoadedConf load() throws Exception {
    return inputs.load(Map.of(PATH, store.read().bytes()), null);
  }
}
