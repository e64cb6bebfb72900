package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.nanomq.config.Confs;
import io.nanomq.config.StoreChoice;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.control.backup.BackupName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code kubectl apply -k} makes of each folder fits together, and fits the broker. */
class OverlaysTest {
  private static final String MANAGEMENT = "management";

  @TempDir Path folder;

  static List<Path> overlays() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("."))) {
      return all.map(path -> path.getFileName())
          .filter(path -> path.toString().startsWith("k8s"))
          .sorted()
          .toList();
    }
  }

  @Test
  void allAreThere() throws IOException {
    assertThat(overlays())
        .extracting(Path::toString)
        .containsExactly(
            "k8s",
            "k8s-ephemeral",
            "k8s-kind",
            "k8s-monitoring",
            "k8s-restore",
            "k8s-tls",
            "k8s-users");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyObjectIsOneOfItsKindAndNameAndInTheNamespaceThatIsAskedFor(Path overlay)
      throws IOException {
    Manifests made = Manifests.build(overlay);
    assertThat(made.all()).isNotEmpty();
    assertThat(made.all().stream().map(OverlaysTest::name)).doesNotHaveDuplicates();
    for (HasMetadata object : made.all()) {
      assertThat(object.getMetadata().getNamespace()).isNull();
      assertThat(object.getMetadata().getLabels())
          .as(name(object))
          .extractingByKey("app.kubernetes.io/name", as(InstanceOfAssertFactories.STRING))
          .startsWith("nanomq");
    }
  }

  /** A port that has a name has it wherever it is spoken of. */
  @ParameterizedTest
  @MethodSource("overlays")
  void portsLeadToTheContainersOwn(Path overlay) throws IOException {
    Map<String, Integer> there = ports(container(orOfK8s(Manifests.build(overlay))));
    for (Service service : Manifests.build(overlay).all(Service.class)) {
      for (ServicePort port : service.getSpec().getPorts()) {
        assertThat(there)
            .as(name(service))
            .containsEntry(port.getTargetPort().getStrVal(), port.getPort());
      }
    }
    for (NetworkPolicy policy : Manifests.build(overlay).all(NetworkPolicy.class)) {
      assertThat(policy.getSpec().getIngress().stream())
          .flatExtracting(rule -> rule.getPorts())
          .extracting(port -> port.getPort().getStrVal())
          .containsExactlyInAnyOrderElementsOf(there.keySet());
    }
  }

  /** Every volume that is mounted is there, whatever makes it. */
  @ParameterizedTest
  @MethodSource("overlays")
  void whatIsMountedIsThere(Path overlay) throws IOException {
    StatefulSet set = orOfK8s(Manifests.build(overlay));
    List<String> there =
        Stream.concat(
                pod(set).getVolumes().stream().map(volume -> volume.getName()),
                set.getSpec().getVolumeClaimTemplates().stream()
                    .map(claim -> claim.getMetadata().getName()))
            .toList();
    assertThat(there).doesNotHaveDuplicates();
    assertThat(container(set).getVolumeMounts())
        .extracting(mount -> mount.getName())
        .containsExactlyInAnyOrderElementsOf(there);
  }

  /** What our own reading of a folder does not see, the real one does; where there is one. */
  @ParameterizedTest
  @MethodSource("overlays")
  void kubectlMakesTheSame(Path overlay) throws Exception {
    Path out = folder.resolve("made.yaml");
    Process kubectl;
    try {
      kubectl =
          new ProcessBuilder("kubectl", "kustomize", overlay.toString())
              .redirectOutput(out.toFile())
              .redirectError(folder.resolve("said").toFile())
              .start();
    } catch (IOException none) {
      assumeTrue(false, "kubectl is not on this machine");
      return;
    }
    assertThat(kubectl.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(kubectl.exitValue()).as(Files.readString(folder.resolve("said"))).isZero();
    Manifests real = Manifests.read(out);
    assertThat(byName(real, image())).isEqualTo(byName(Manifests.build(overlay), image()));
  }

  /** The image's tag is set by k8s/, which our own reading leaves alone. */
  private static Function<HasMetadata, HasMetadata> image() {
    return object -> {
      if (object instanceof StatefulSet set) {
        container(set).setImage("nanomq");
      } else if (object instanceof Pod pod) {
        pod.getSpec().getContainers().get(0).setImage("nanomq");
      }
      return object;
    };
  }

  private static Map<String, HasMetadata> byName(
      Manifests all, Function<HasMetadata, HasMetadata> with) {
    return all.all().stream().collect(Collectors.toMap(OverlaysTest::name, with));
  }

  @Test
  void withTlsTheSecretsCertificateIsServed() throws Exception {
    Manifests made = Manifests.build(Path.of("k8s-tls"));
    StatefulSet set = made.one(StatefulSet.class);
    assertThat(pod(set).getVolumes())
        .filteredOn(volume -> volume.getName().equals("tls"))
        .singleElement()
        .matches(volume -> volume.getSecret().getSecretName().equals("nanomq-tls"))
        .matches(volume -> !volume.getSecret().getOptional());
    assertThat(made.all(Secret.class))
        .extracting(secret -> secret.getMetadata().getName())
        .containsExactly("nanomq-admin");
    Map<Transport, ListenerConf> listeners = listeners(made);
    assertThat(listeners.keySet())
        .containsExactlyInAnyOrder(Transport.TCP, Transport.TLS, Transport.WS, Transport.WSS);
    Map<String, Integer> ports = ports(container(set));
    assertThat(listeners.get(Transport.TLS).port()).isEqualTo(ports.get("mqtts"));
    assertThat(listeners.get(Transport.WSS).port()).isEqualTo(ports.get("wss"));
    assertThat(listeners.get(Transport.WSS).tls().certFile()).isEqualTo("/etc/nanomq/tls/tls.crt");
  }

  /** It is the broker's own pod with another command, and found by no Service or policy. */
  @Test
  void whatRestoresIsAsTheBroker() throws IOException {
    Pod restore = Manifests.build(Path.of("k8s-restore")).one(Pod.class);
    StatefulSet set = Manifests.read().one(StatefulSet.class);
    assertThat(restore.getMetadata().getLabels())
        .doesNotContainEntry("app.kubernetes.io/name", "nanomq");
    PodSpec own = pod(set);
    assertThat(restore.getSpec().getSecurityContext()).isEqualTo(own.getSecurityContext());
    assertThat(restore.getSpec().getServiceAccountName()).isEqualTo(own.getServiceAccountName());
    assertThat(restore.getSpec().getRestartPolicy()).isEqualTo("Never");
    assertThat(restore.getSpec().getVolumes())
        .filteredOn(volume -> volume.getPersistentVolumeClaim() == null)
        .containsExactlyElementsOf(own.getVolumes());
    Volume data = restore.getSpec().getVolumes().get(1);
    assertThat(data.getPersistentVolumeClaim().getClaimName())
        .isEqualTo(data.getName() + "-" + set.getMetadata().getName() + "-0");
    Container container = restore.getSpec().getContainers().get(0);
    Container broker = container(set);
    assertThat(container.getArgs()).startsWith("restore").hasSize(2);
    assertThat(BackupName.isOne(container.getArgs().get(1))).isTrue();
    assertThat(container.getVolumeMounts()).isEqualTo(broker.getVolumeMounts());
    assertThat(container.getSecurityContext()).isEqualTo(broker.getSecurityContext());
    assertThat(container.getResources()).isEqualTo(broker.getResources());
    assertThat(broker.getEnv()).containsAll(container.getEnv());
    assertThat(container.getEnv())
        .extracting(EnvVar::getName)
        .contains("NANOMQ_CONFIG_STORE", "NANOMQ_PERSISTENCE_DIR", "NANOMQ_PERSISTENCE_BACKUP_DIR");
  }

  /** The example for cert-manager is not applied by itself: it names hosts of nobody's. */
  @Test
  void aCertificateMakesTheSecretThatIsMounted() throws IOException {
    var certificate =
        Manifests.read(Path.of("k8s-tls/certificate.yaml")).one(GenericKubernetesResource.class);
    assertThat((String) certificate.get("spec", "secretName")).isEqualTo("nanomq-tls");
  }

  @Test
  void onALaptopNodePortsLeadIn() throws IOException {
    Manifests made = Manifests.build(Path.of("k8s-kind"));
    assertThat(made.all(Ingress.class)).isEmpty();
    Map<Integer, Integer> nodePorts = new HashMap<>();
    for (Service service : made.all(Service.class)) {
      boolean isOpen = "NodePort".equals(service.getSpec().getType());
      service.getSpec().getPorts().stream()
          .filter(port -> isOpen && port.getNodePort() != null)
          .forEach(port -> nodePorts.put(port.getNodePort(), port.getPort()));
    }
    assertThat(nodePorts).isEqualTo(Map.of(30883, 1883, 30081, 8081, 30083, 8083));
    assertThat(mapped()).isEqualTo(nodePorts);
    Quantity memory =
        container(made.one(StatefulSet.class)).getResources().getLimits().get("memory");
    assertThat(Quantity.getAmountInBytes(memory).longValue()).isLessThanOrEqualTo(512L << 20);
  }

  /** Ports of this machine that kind's cluster leads to its node. */
  private static Map<Integer, Integer> mapped() throws IOException {
    var cluster =
        Manifests.read(Path.of("k8s-kind/cluster.yaml")).one(GenericKubernetesResource.class);
    List<Map<String, Object>> ports = cluster.get("nodes", 0, "extraPortMappings");
    assertThat(ports).allMatch(port -> port.get("listenAddress").equals("127.0.0.1"));
    return ports.stream()
        .collect(
            Collectors.toMap(
                port -> (Integer) port.get("containerPort"),
                port -> (Integer) port.get("hostPort")));
  }

  @Test
  void whatIsScrapedIsTheManagementPort() throws IOException {
    Manifests made = Manifests.build(Path.of("k8s-monitoring"));
    Service service = made.one(Service.class);
    StatefulSet set = Manifests.read().one(StatefulSet.class);
    assertThat(set.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(service.getSpec().getSelector());
    GenericKubernetesResource monitor = custom(made, "ServiceMonitor");
    Map<String, String> labels = monitor.get("spec", "selector", "matchLabels");
    assertThat(service.getMetadata().getLabels()).containsAllEntriesOf(labels);
    // No other of our Services has them: each would be scraped, too.
    assertThat(Manifests.read().all(Service.class))
        .noneMatch(
            other -> other.getMetadata().getLabels().entrySet().containsAll(labels.entrySet()));
    assertThat((String) monitor.get("spec", "endpoints", 0, "port")).isEqualTo(MANAGEMENT);
    assertThat((String) monitor.get("spec", "endpoints", 0, "path")).isEqualTo("/q/metrics");
    assertThat(service.getSpec().getPorts())
        .extracting(ServicePort::getName)
        .containsOnly(MANAGEMENT);
  }

  static GenericKubernetesResource custom(Manifests made, String kind) {
    return made.all(GenericKubernetesResource.class).stream()
        .filter(object -> object.getKind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  /** As the pod would load its document. */
  private Map<Transport, ListenerConf> listeners(Manifests made) throws Exception {
    Map<String, String> environment = new HashMap<>();
    for (EnvVar variable : container(made.one(StatefulSet.class)).getEnv()) {
      environment.put(
          variable.getName(), variable.getValueFrom() == null ? variable.getValue() : "iot");
    }
    Files.writeString(folder.resolve("password"), "not public\n");
    String text =
        made.one(ConfigMap.class)
            .getData()
            .get(StoreChoice.DOCUMENT)
            .replace("${file:/etc/nanomq/admin", "${file:" + folder);
    StoreChoice choice = StoreChoice.of(new String[0], environment);
    return Confs.load(
            new String[0],
            environment,
            folder,
            Map.of(choice.document(), text.getBytes(StandardCharsets.UTF_8)),
            null)
        .conf()
        .listeners()
        .stream()
        .collect(Collectors.toMap(ListenerConf::transport, Function.identity()));
  }

  private static StatefulSet orOfK8s(Manifests made) throws IOException {
    List<StatefulSet> own = made.all(StatefulSet.class);
    return own.isEmpty() ? Manifests.read().one(StatefulSet.class) : own.get(0);
  }

  private static PodSpec pod(StatefulSet set) {
    return set.getSpec().getTemplate().getSpec();
  }

  private static Container container(StatefulSet set) {
    assertThat(pod(set).getContainers()).hasSize(1);
    return pod(set).getContainers().get(0);
  }

  private static Map<String, Integer> ports(Container container) {
    return container.getPorts().stream()
        .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));
  }

  private static String name(HasMetadata object) {
    return object.getKind() + " " + object.getMetadata().getName();
  }
}
