package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.nanomq.config.ConfReport;
import io.nanomq.config.ConfReport.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Role of k8s/ allows what the broker asks of the API server, and not a verb more. */
class RightsTest {
  private static final Pattern PATH =
      Pattern.compile("/api/v1/namespaces/iot/([a-z]+)(?:/([a-z0-9.-]+))?(?:\\?(.*))?");

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
        events.applied(
            new ConfReport(Instant.EPOCH, "watch", Outcome.APPLIED, "", List.of(), List.of(), 1));
      } finally {
        events.close();
      }
      Set<Right> used = new LinkedHashSet<>();
      api.requests().forEach(request -> used.add(right(request)));
      return used;
    }
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
          default -> request.getMethod();
        };
    return new Right(verb, path.group(1), name);
  }
}
