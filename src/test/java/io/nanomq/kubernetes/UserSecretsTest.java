package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UserSecretsTest {
  private ApiServer api;
  private KubernetesClient client;
  private UserSecrets users;

  @BeforeEach
  void start() {
    api = new ApiServer();
    client = api.client();
    users = new UserSecrets(client, ApiServer.NAMESPACE);
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  /** As kubectl makes it. */
  private void create(String secret, boolean isLabelled, Map<String, String> data) {
    var builder =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(ApiServer.NAMESPACE)
            .withName(secret)
            .endMetadata();
    data.forEach(
        (key, value) ->
            builder.addToData(key, Base64.getEncoder().encodeToString(value.getBytes())));
    Secret made = builder.build();
    if (isLabelled) {
      made.getMetadata().setLabels(Map.of(UserSecrets.LABEL, "true"));
    }
    api.operator().resource(made).create();
  }

  private List<Secret> secrets() {
    return api.operator().secrets().inNamespace(ApiServer.NAMESPACE).list().getItems();
  }

  @Test
  void onlySecretsWithTheLabelAndBothPartsAreUsers() throws Exception {
    create("b", true, Map.of("username", "ann", "password", "second"));
    create("a", true, Map.of("username", "ann", "password", "first"));
    create("c", false, Map.of("username", "bob", "password", "x"));
    create("d", true, Map.of("username", "eve"));
    assertThat(users.read()).isEqualTo(Map.of("ann", "first"));
  }

  @Test
  void aUserIsMadeChangedAndRemoved() throws Exception {
    users.put("a/b c", "$7$one");
    assertThat(users.read()).isEqualTo(Map.of("a/b c", "$7$one"));
    users.put("a/b c", "$7$two");
    assertThat(users.read()).isEqualTo(Map.of("a/b c", "$7$two"));
    assertThat(secrets()).hasSize(1);
    users.remove("a/b c");
    assertThat(secrets()).isEmpty();
  }

  @Test
  void whatOthersMadeIsChangedInItsPlaceAndRemovedAsAWhole() throws Exception {
    create("mine", true, Map.of("username", "ann", "password", "x", "note", "keep"));
    create("other", true, Map.of("username", "ann", "password", "y"));
    create("tls", false, Map.of("username", "ann"));
    users.put("ann", "$7$new");
    assertThat(users.read()).isEqualTo(Map.of("ann", "$7$new"));
    users.remove("ann");
    assertThat(secrets()).extracting(each -> each.getMetadata().getName()).containsExactly("tls");
  }

  @Test
  void everyChangeIsTold() throws Exception {
    List<Map<String, String>> told = new CopyOnWriteArrayList<>();
    try (AutoCloseable watch = users.watch(told::add)) {
      create("a", true, Map.of("username", "ann", "password", "x"));
      await().until(() -> told.contains(Map.of("ann", "x")));
      users.put("bob", "y");
      await().until(() -> told.contains(Map.of("ann", "x", "bob", "y")));
      users.remove("ann");
      await().until(() -> told.contains(Map.of("bob", "y")));
      assertThat(watch).isNotNull();
    }
  }

  @Test
  void aServerThatIsAwayIsToldInWords() {
    api.close();
    assertThatThrownBy(() -> users.read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nanomq.io/user cannot be read");
  }
}
