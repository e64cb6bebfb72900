package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanomq.config.setting.ConfException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoreChoiceTest {
  private final Map<String, String> environment =
      new HashMap<>(
          Map.of("NANOMQ_CONFIG_STORE", "configmap", "NANOMQ_CONFIG_CONFIGMAP", "nanomq"));

  @Test
  void keysGoNowhereUnlessASecretIsNamed() throws Exception {
    assertThat(choice()).isEqualTo(new StoreChoice("nanomq", "", "", Path.of("/etc/nanomq/tls")));
    environment.put("NANOMQ_CONFIG_SECRET", "keys");
    environment.put("NANOMQ_CONFIG_SECRET_PATH", "/run/../keys/");
    assertThat(choice()).isEqualTo(new StoreChoice("nanomq", "", "keys", Path.of("/keys")));
    assertThat(choice("--config_secret", "others", "--config_secret_path", "/x").secret())
        .isEqualTo("others");
  }

  @Test
  void theConfigMapMayBeInAnotherNamespace() throws Exception {
    environment.put("NANOMQ_CONFIG_NAMESPACE", "other");
    assertThat(choice().namespace()).isEqualTo("other");
    assertThat(choice("--config_store", "file").configMap()).isEmpty();
  }

  @Test
  void whatIsNoNameAndNoPathIsRefused() {
    environment.put("NANOMQ_CONFIG_SECRET", "Not a name");
    environment.put("NANOMQ_CONFIG_SECRET_PATH", "relative");
    ConfException refused = catchThrowableOfType(ConfException.class, this::choice);
    assertThat(refused.problems())
        .extracting(problem -> problem.key() + " " + problem.reason())
        .containsExactly("config.secret is no name", "config.secret_path is no absolute path");
  }

  @Test
  void aSecretWithoutAConfigMapMeansNothing() throws Exception {
    LoadedConf loaded = Confs.load("msq_len=5\n", Map.of("NANOMQ_CONFIG_SECRET", "keys"));
    assertThat(loaded.warnings())
        .filteredOn(warning -> warning.toString().contains("NANOMQ_CONFIG_SECRET"))
        .singleElement()
        .asString()
        .contains("means nothing without a ConfigMap");
  }

  private StoreChoice choice(String... arguments) throws ConfException {
    return StoreChoice.of(arguments, environment);
  }
}
