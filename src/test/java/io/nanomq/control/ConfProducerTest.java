package io.nanomq.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.LoadedConf;
import io.nanomq.control.access.UserStore;
import io.nanomq.kubernetes.ApiServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the users are who come and go while the broker runs. */
class ConfProducerTest {
  private static final String MASTER = "kubernetes.master";

  @TempDir Path folder;

  private final ConfProducer producer = new ConfProducer();

  @AfterEach
  void forgetTheCluster() {
    System.clearProperty(MASTER);
  }

  @Test
  void usersAreInTheFileThatIsNamed() throws Exception {
    Files.writeString(folder.resolve("nanomq.conf"), "auth.user_file=others.conf\n");
    Files.writeString(folder.resolve("others.conf"), "\"ann\": \"one\"\n");
    String conf = folder.resolve("nanomq.conf").toString();
    try (ConfSource source =
        producer.source(new ConfInputs(List.of("--conf", conf), Map.of(), folder))) {
      LoadedConf loaded = producer.loaded(source);
      UserStore users = users(source, loaded);
      assertThat(users.read()).containsOnlyKeys("ann");
    }
  }

  @Test
  void usersAreInSecretsWhereThatIsSaid() throws Exception {
    try (ApiServer api = new ApiServer()) {
      System.setProperty(MASTER, api.url());
      api.create("auth.user_store=secrets\n");
      Map<String, String> environment =
          Map.of(
              "NANOMQ_CONFIG_STORE", "configmap",
              "NANOMQ_CONFIG_CONFIGMAP", ApiServer.NAME,
              "NANOMQ_CONFIG_NAMESPACE", ApiServer.NAMESPACE);
      try (ConfSource source = producer.source(new ConfInputs(List.of(), environment, folder))) {
        LoadedConf loaded = producer.loaded(source);
        users(source, loaded).change("ann", all -> Optional.of("$7$hash"));
      }
      assertThat(api.operator().secrets().inNamespace(ApiServer.NAMESPACE).list().getItems())
          .hasSize(1);
    }
  }

  private UserStore users(ConfSource source, LoadedConf loaded) {
    var inputs = new ConfInputs(List.of(), Map.of(), folder);
    return producer.users(loaded, source, producer.sides(inputs, loaded, source));
  }
}
