package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Holds k8s/, which is kept by hand, against what Quarkus's Kubernetes extension makes of
 * application.properties at each build: what one of them says of a pod and its rights, the other
 * says too.
 */
class GeneratedManifestsIT {
  private static final Path GENERATED = Path.of("target/kubernetes/kubernetes.yml");

  private Manifests kept;
  private Manifests generated;

  @BeforeEach
  void read() throws IOException {
    kept = Manifests.read();
    generated = Manifests.read(GENERATED);
  }

  @Test
  void names() {
    for (Class<? extends HasMetadata> kind :
        List.of(StatefulSet.class, ServiceAccount.class, Role.class, RoleBinding.class)) {
      assertThat(name(generated, kind)).as(kind.getSimpleName()).isEqualTo(name(kept, kind));
    }
    assertThat(pod(generated).getServiceAccountName()).isEqualTo(pod(kept).getServiceAccountName());
  }

  @Test
  void ports() {
    Map<String, Integer> ports = ports(container(kept));
    assertThat(ports).hasSize(5);
    assertThat(ports(container(generated))).isEqualTo(ports);
  }

  @Test
  void probes() {
    assertProbe(container(generated).getStartupProbe(), container(kept).getStartupProbe());
    assertProbe(container(generated).getReadinessProbe(), container(kept).getReadinessProbe());
    assertProbe(container(generated).getLivenessProbe(), container(kept).getLivenessProbe());
  }

  /** What the file by hand leaves out is Kubernetes' default, which the extension writes down. */
  private void assertProbe(Probe made, Probe probe) {
    assertThat(made.getHttpGet().getPath()).isEqualTo(probe.getHttpGet().getPath());
    assertThat(made.getHttpGet().getPort().getIntVal())
        .isEqualTo(ports(container(kept)).get(probe.getHttpGet().getPort().getStrVal()));
    assertThat(made.getInitialDelaySeconds()).isEqualTo(or(probe.getInitialDelaySeconds(), 0));
    assertThat(made.getPeriodSeconds()).isEqualTo(or(probe.getPeriodSeconds(), 10));
    assertThat(made.getTimeoutSeconds()).isEqualTo(or(probe.getTimeoutSeconds(), 1));
    assertThat(made.getFailureThreshold()).isEqualTo(or(probe.getFailureThreshold(), 3));
  }

  private static int or(Integer value, int otherwise) {
    return Objects.requireNonNullElse(value, otherwise);
  }

  @Test
  void environment() {
    assertThat(container(kept).getEnv()).isNotEmpty();
    assertThat(container(generated).getEnv())
        .containsExactlyInAnyOrderElementsOf(container(kept).getEnv());
  }

  /** What kind of volume it is only the file by hand can say. */
  @Test
  void whereItIsKept() {
    assertThat(mounts(kept)).containsEntry("data", "/var/lib/nanomq");
    assertThat(mounts(generated)).containsEntry("data", "/var/lib/nanomq");
  }

  private static Map<String, String> mounts(Manifests manifests) {
    return container(manifests).getVolumeMounts().stream()
        .collect(Collectors.toMap(VolumeMount::getName, VolumeMount::getMountPath));
  }

  @Test
  void rights() {
    assertThat(kept.one(Role.class).getRules()).isNotEmpty();
    assertThat(generated.one(Role.class).getRules()).isEqualTo(kept.one(Role.class).getRules());
    assertThat(generated.one(RoleBinding.class).getRoleRef())
        .isEqualTo(kept.one(RoleBinding.class).getRoleRef());
  }

  @Test
  void secrets() {
    Map<String, String> secrets = secrets(kept);
    assertThat(secrets).hasSize(2);
    assertThat(secrets(generated)).isEqualTo(secrets);
  }

  /** Each Secret that is mounted: where, in which mode, and whether the pod starts without it. */
  private static Map<String, String> secrets(Manifests manifests) {
    return pod(manifests).getVolumes().stream()
        .filter(volume -> volume.getSecret() != null)
        .collect(
            Collectors.toMap(
                volume -> volume.getSecret().getSecretName(),
                volume -> mounted(container(manifests), volume)));
  }

  private static String mounted(Container container, Volume volume) {
    SecretVolumeSource secret = volume.getSecret();
    return container.getVolumeMounts().stream()
            .filter(mount -> mount.getName().equals(volume.getName()))
            .map(mount -> mount.getMountPath() + " read-only " + mount.getReadOnly())
            .collect(Collectors.joining())
        + (" mode " + secret.getDefaultMode())
        + (" optional " + Boolean.TRUE.equals(secret.getOptional()));
  }

  private static String name(Manifests manifests, Class<? extends HasMetadata> kind) {
    return manifests.one(kind).getMetadata().getName();
  }

  private static Map<String, Integer> ports(Container container) {
    return container.getPorts().stream()
        .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));
  }

  private static PodSpec pod(Manifests manifests) {
    return manifests.one(StatefulSet.class).getSpec().getTemplate().getSpec();
  }

  private static Container container(Manifests manifests) {
    return pod(manifests).getContainers().get(0);
  }
}
