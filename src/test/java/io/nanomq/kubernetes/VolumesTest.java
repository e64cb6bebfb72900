package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.nanomq.config.Confs;
import io.nanomq.config.model.SystemConf.Persistence;
import java.io.IOException;
import java.nio.file.Path;
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
        Confs.load(new String[0], environment, Path.of("/nowhere")).conf().system().persistence();
    assertThat(persistence.durability()).isEqualTo(Persistence.Durability.FSYNC);
    assertThat(persistence.folder()).isEqualTo(mount(kept).getMountPath());
    assertThat(mount(kept).getReadOnly()).as("read-only").isNull();
    // Beside it, which is the default, nothing can be written.
    assertThat(variable(kept, "NANOMQ_PERSISTENCE_BACKUP_DIR"))
        .startsWith(mount(kept).getMountPath() + "/");
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
    StatefulSet ephemeral = Manifests.build(Path.of("k8s-ephemeral")).one(StatefulSet.class);
    assertThat(ephemeral.getSpec().getVolumeClaimTemplates()).isEmpty();
    assertThat(pod(ephemeral).getVolumes())
        .filteredOn(volume -> volume.getName().equals(DATA))
        .singleElement()
        .matches(volume -> volume.getEmptyDir().getSizeLimit() != null);
    assertThat(mount(ephemeral)).isEqualTo(mount(kept));
    assertThat(folder(ephemeral)).isEqualTo(folder(kept));
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
    return variable(set, VARIABLE);
  }

  private static String variable(StatefulSet set, String name) {
    return pod(set).getContainers().get(0).getEnv().stream()
        .filter(variable -> variable.getName().equals(name))
        .map(EnvVar::getValue)
        .findFirst()
        .orElseThrow();
  }
}
