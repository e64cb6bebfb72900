package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What k8s/ says of disruptions and of the network is about its pod. */
class PoliciesTest {
  private final Manifests manifests = Manifests.read();
  private final StatefulSet set = manifests.one(StatefulSet.class);
  private final Map<String, String> labels = set.getSpec().getTemplate().getMetadata().getLabels();

  PoliciesTest() throws IOException {}

  @Test
  void aNodeCanBeEmptied() {
    var budget = manifests.one(PodDisruptionBudget.class).getSpec();
    assertThat(labels).containsAllEntriesOf(budget.getSelector().getMatchLabels());
    assertThat(budget.getMaxUnavailable().getIntVal()).isEqualTo(set.getSpec().getReplicas());
    assertThat(budget.getMinAvailable()).isNull();
  }

  @Test
  void everyPortIsOpenAndTheManagementPortOnlyInside() {
    var policy = manifests.one(NetworkPolicy.class).getSpec();
    assertThat(labels).containsAllEntriesOf(policy.getPodSelector().getMatchLabels());
    assertThat(policy.getPolicyTypes()).containsExactly("Ingress");
    NetworkPolicyIngressRule outside = policy.getIngress().get(0);
    NetworkPolicyIngressRule inside = policy.getIngress().get(1);
    assertThat(outside.getFrom()).isEmpty();
    assertThat(inside.getFrom()).hasSize(1);
    assertThat(inside.getFrom().get(0).getNamespaceSelector()).isNotNull();
    assertThat(inside.getFrom().get(0).getIpBlock()).isNull();
    assertThat(ports(inside)).containsExactly("management");
    List<String> all =
        set.getSpec().getTemplate().getSpec().getContainers().get(0).getPorts().stream()
            .map(ContainerPort::getName)
            .filter(name -> !name.equals("management"))
            .toList();
    assertThat(ports(outside)).containsExactlyInAnyOrderElementsOf(all);
  }

  private static List<String> ports(NetworkPolicyIngressRule rule) {
    return rule.getPorts().stream().map(port -> port.getPort().getStrVal()).toList();
  }
}
