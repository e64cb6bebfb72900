package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.zjsonpatch.JsonPatch;
import io.nanomq.config.ConfLoader;
import io.nanomq.config.model.SystemConf.Persistence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a pod keeps what outlives it: a volume of its own, or none with {@code k8s-ephemeral/}. */
class VolumesTest {
  private static final String DATA = "data";
  private static final String VARIABLE = "NANOMQ_PERSISTENCE_DIR";

  private final StatefulSet kept = Manifests.read().one(StatefulSet.class);

  VolumesTest() throws IOException {}

  @Test
  void theBrokerKeepsItOnTheVolumeOfItsPod() throws Exception {
    Map<String, String> environment = Map.of(VARIABLE, folder(kept));
    Persistence persistence =
        ConfLoader.load(new String[0], environment, Path.of("/nowhere"))
            .conf()
            .system()
            .persistence();
    assertThat(persistence.durability()).isEqualTo(Persistence.Durability.FSYNC);
    assertThat(persistence.folder()).isEqualTo(mount(kept).getMountPath());
    assertThat(mount(kept).getReadOnly()).as("read-only").isNull();
    // Kubernetes gives the volume to the group of the pod.
    assertThat(pod(kept).getSecurityContext().getFsGroup())
        .isEqualTo(pod(kept).getSecurityContext().getRunAsGroup());
  }

  @Test
  void theVolumeIsOfTheClustersUsualClassAndOfOnePodAlone() {
    assertThat(kept.getSpec().getVolumeClaimTemplates()).hasSize(1);
    PersistentVolumeClaim claim = kept.getSpec().getVolumeClaimTemplates().get(0);
    assertThat(claim.getMetadata().getName()).isEqualTo(DATA);
    assertThat(claim.getSpec().getAccessModes()).containsExactly("ReadWriteOnce");
    assertThat(claim.getSpec().getStorageClassName()).isNull();
    Quantity storage = claim.getSpec().getResources().getRequests().get("storage");
    assertThat(storage.getNumericalAmount().longValue()).isGreaterThanOrEqualTo(1L << 30);
    assertThat(pod(kept).getVolumes()).extracting(Volume::getName).doesNotContain(DATA);
  }

  @Test
  void withoutAVolumeThePodHasAFolderAllTheSame() throws IOException {
    StatefulSet ephemeral = ephemeral();
    assertThat(ephemeral.getSpec().getVolumeClaimTemplates()).isEmpty();
    assertThat(pod(ephemeral).getVolumes())
        .filteredOn(volume -> volume.getName().equals(DATA))
        .singleElement()
        .matches(volume -> volume.getEmptyDir().getSizeLimit() != null);
    assertThat(mount(ephemeral)).isEqualTo(mount(kept));
    assertThat(folder(ephemeral)).isEqualTo(folder(kept));
  }

  /** k8s/ with the patch of k8s-ephemeral/. */
  @SuppressWarnings("unchecked")
  private StatefulSet ephemeral() throws IOException {
    KubernetesSerialization yaml = new KubernetesSerialization();
    Map<String, Object> overlay =
        yaml.unmarshal(Files.readString(Path.of("k8s-ephemeral", "kustomization.yaml")), Map.class);
    assertThat(overlay).containsEntry("resources", List.of("../" + Manifests.FOLDER));
    List<Map<String, Object>> patches = (List<Map<String, Object>>) overlay.get("patches");
    assertThat(patches).hasSize(1);
    assertThat(patches.get(0))
        .containsEntry(
            "target", Map.of("kind", "StatefulSet", "name", kept.getMetadata().getName()));
    ObjectMapper json = new ObjectMapper();
    JsonNode patch =
        json.valueToTree(yaml.unmarshal((String) patches.get(0).get("patch"), List.class));
    return json.treeToValue(JsonPatch.apply(patch, json.valueToTree(kept)), StatefulSet.class);
  }

  private static PodSpec pod(StatefulSet set) {
    return set.getSpec().getTemplate().getSpec();
  }

  private static VolumeMount mount(StatefulSet set) {
    return pod(set).getContainers().get(0).getVolumeMounts().stream()
        .filter(mount -> mount.getName().equals(DATA))
        .findFirst()
        .orElseThrow();
  }

  private static String folder(StatefulSet set) {
    return pod(set).getContainers().get(0).getEnv().stream()
        .filter(variable -> variable.getName().equals(VARIABLE))
        .map(EnvVar::getValue)
        .findFirst()
        .orElseThrow();
  }
}
