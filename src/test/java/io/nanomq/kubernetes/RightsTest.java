package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.nanomq.config.ConfReport;
import io.nanomq.config.ConfReport.Outcome;
import io.nanomq.config.Confs;
import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Role of k8s/ allows what the broker asks of the API server, and not a verb more. */
class RightsTest {
  private static final Pattern PATH =
      Pattern.compile("/api/v1/namespaces/iot/([a-z]+)(?:/([a-z0-9.-]+))?(?:\\?(.*))?");

  private static final Path USERS = Path.of("k8s-users");

  /** As RBAC sees a request. */
  private record Right(String verb, String resource, String name) {}

  @Test
  void theRoleIsWhatTheBrokerUses() throws Exception {
    Set<Right> used = used();

    List<PolicyRule> rules = Manifests.read().one(Role.class).getRules();
    Set<Right> granted = new LinkedHashSet<>();
    for (PolicyRule rule : rules) {
      assertThat(rule.getApiGroups()).containsExactly("");
      String resource = rule.getResources().get(0);
      assertThat(rule.getResources()).hasSize(1);
      String name = rule.getResourceNames().isEmpty() ? "" : rule.getResourceNames().get(0);
      rule.getVerbs().forEach(verb -> granted.add(new Right(verb, resource, name)));
    }
    assertThat(granted).isEqualTo(used);
  }

  /** Reads, writes, watches and tells, and notes what arrives at the API server. */
  private static Set<Right> used() throws Exception {
    try (ApiServer api = new ApiServer();
        KubernetesClient client = api.client()) {
      api.create("msq_len=1\n");
      api.edit("msq_len=2\n");
      api.createSecret(Map.of());
      int ofTheOperator = api.requests().size();
      assertThat(ofTheOperator).isPositive();
      var store = new ConfigMapConfStore(client, ApiServer.NAMESPACE, ApiServer.NAME);
      var pems =
          new SecretPemStore(client, ApiServer.NAMESPACE, ApiServer.SECRET, Path.of("/nowhere"));
      var events = new KubernetesEvents(client, store::reference, "nanomq-0");
      try (ConfigMapWatch watch = store.watch(stored -> {})) {
        await().until(watch::isWatching);
        store.write(store.read().version(), "msq_len=3\n".getBytes(StandardCharsets.UTF_8));
        pems.refresh();
        pems.write(Map.of(Path.of("/nowhere/tls.crt"), "a certificate"));
        events.told(
            new ConfReport(Instant.EPOCH, "watch", Outcome.APPLIED, "", List.of(), List.of(), 1));
      } finally {
        events.close();
      }
      Set<Right> used = new LinkedHashSet<>();
      api.requests().forEach(request -> used.add(right(request)));
      return used;
    }
  }

  /** What {@code k8s-users/} grants besides: what making, changing and watching users takes. */
  @Test
  void theRoleOfTheOverlayIsWhatUsersTake() throws Exception {
    Set<String> used = new TreeSet<>();
    try (ApiServer api = new ApiServer();
        KubernetesClient client = api.client()) {
      var users = new UserSecrets(client, ApiServer.NAMESPACE);
      List<Map<String, String>> told = new CopyOnWriteArrayList<>();
      try (AutoCloseable watch = users.watch(told::add)) {
        assertThat(watch).isNotNull();
        users.put("ann", "one");
        users.put("ann", "two");
        await().until(() -> told.contains(Map.of("ann", "two")));
        users.remove("ann");
        await().until(() -> told.contains(Map.of()) && users.read().isEmpty());
      }
      api.requests().stream()
          .map(RightsTest::right)
          .peek(right -> assertThat(right.resource).isEqualTo("secrets"))
          .forEach(right -> used.add(right.verb));
    }
    PolicyRule rule = users().one(Role.class).getRules().get(0);
    assertThat(users().one(Role.class).getRules()).hasSize(1);
    assertThat(rule.getResources()).containsExactly("secrets");
    assertThat(rule.getResourceNames()).as("whoever is made has any name").isEmpty();
    assertThat(rule.getVerbs()).containsExactlyInAnyOrderElementsOf(used);
  }

  private static Manifests users() throws IOException {
    return Manifests.read(USERS.resolve("rbac.yaml"));
  }

  /** The overlay binds that role to the broker's account, and tells the broker to use it. */
  @Test
  @SuppressWarnings("unchecked")
  void theOverlayFitsWhatItIsLaidOver() throws Exception {
    RoleBinding binding = users().one(RoleBinding.class);
    assertThat(binding.getRoleRef().getName())
        .isEqualTo(users().one(Role.class).getMetadata().getName());
    assertThat(binding.getSubjects())
        .extracting(Subject::getName)
        .containsExactly(Manifests.read().one(ServiceAccount.class).getMetadata().getName());
    Map<String, Object> overlay =
        Manifests.YAML.unmarshal(Files.readString(USERS.resolve("kustomization.yaml")), Map.class);
    assertThat((List<String>) overlay.get("resources")).containsExactly("../k8s", "rbac.yaml");
    Map<String, Object> change = ((List<Map<String, Object>>) overlay.get("patches")).get(0);
    Map<String, String> target = (Map<String, String>) change.get("target");
    StatefulSet broker = Manifests.read().one(StatefulSet.class);
    assertThat(target).containsEntry("name", broker.getMetadata().getName());
    List<Map<String, Object>> patch =
        Manifests.YAML.unmarshal((String) change.get("patch"), List.class);
    assertThat(patch).singleElement().extracting(each -> each.get("op")).isEqualTo("add");
    Map<String, String> variable = (Map<String, String>) patch.get(0).get("value");
    String key = "auth.user_store";
    assertThat(KeyTable.get().keys())
        .filteredOn(each -> each.environment().equals(variable.get("name")))
        .extracting(ConfKey::hocon)
        .containsExactly(key);
    String said = key + "=" + variable.get("value") + "\n";
    assertThat(Confs.load(said).values().text(key)).isEqualTo("secrets");
  }

  private static Right right(RecordedRequest request) {
    Matcher path = PATH.matcher(request.getPath());
    assertThat(path.matches()).as(request.getPath()).isTrue();
    String query = path.group(3) == null ? "" : path.group(3);
    boolean isOne = path.group(2) != null;
    Matcher selected = Pattern.compile("fieldSelector=metadata.name%3D([a-z]+)").matcher(query);
    String name = isOne ? path.group(2) : selected.find() ? selected.group(1) : "";
    String verb =
        switch (request.getMethod()) {
          case "GET" -> isOne ? "get" : query.contains("watch=true") ? "watch" : "list";
          case "POST" -> "create";
          case "PUT" -> "update";
          case "DELETE" -> "delete";
          default -> request.getMethod();
        };
    return new Right(verb, path.group(1), name);
  }
}
