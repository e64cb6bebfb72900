package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressServiceBackend;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.StoreChoice;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.ListenerConf;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds k8s/ against the code: names, ports, keys, probes. */
class ManifestsTest {
  private static final String LABEL = "app.kubernetes.io/name";
  private static final String[] NO_ARGUMENTS = {};

  @TempDir Path folder;
  private Manifests manifests;
  private PodSpec pod;
  private Container container;

  @BeforeEach
  void read() throws IOException {
    manifests = Manifests.read();
    pod = manifests.one(StatefulSet.class).getSpec().getTemplate().getSpec();
    assertThat(pod.getContainers()).hasSize(1);
    container = pod.getContainers().get(0);
  }

  @Test
  void everyFileIsListedAndNothingNamesANamespace() throws IOException {
    try (Stream<Path> files = Files.list(Manifests.FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "README.md",
              "kustomization.yaml",
              "configmap.yaml",
              "secret.yaml",
              "rbac.yaml",
              "service.yaml",
              "statefulset.yaml",
              "ingress.yaml",
              "disruption.yaml",
              "network.yaml");
    }
    for (HasMetadata object : manifests.all()) {
      assertThat(object.getMetadata().getNamespace()).isNull();
      assertThat(object.getMetadata().getLabels()).containsEntry(LABEL, "nanomq");
    }
  }

  @Test
  void theBrokerReadsThatConfigMap() throws Exception {
    ConfigMap map = manifests.one(ConfigMap.class);
    assertThat(choice())
        .isEqualTo(
            new StoreChoice(
                map.getMetadata().getName(), "iot", secretOf("tls"), Path.of(mount("tls"))));
    assertThat(map.getData()).containsOnlyKeys(StoreChoice.DOCUMENT);
    assertThat(load(document()).source()).isEqualTo(choice().document());
  }

  @Test
  void theConfigurationIsValid() throws Exception {
    LoadedConf loaded = load(document());
    NanomqConf conf = loaded.conf();
    assertThat(loaded.warnings()).isEmpty();
    assertThat(conf.httpServer().password()).isEqualTo("not public");
    assertThat(conf.httpServer().shown().redactSecrets()).isTrue();
    assertThat(port(conf, Transport.TCP)).isEqualTo(containerPort("mqtt"));
    assertThat(port(conf, Transport.WS)).isEqualTo(containerPort("ws"));
    assertThat(conf.httpServer().port()).isEqualTo(containerPort("http"));
    assertThat(conf.listeners()).allMatch(listener -> listener.host().equals("0.0.0.0"));

    NanomqConf tls = load(document().replace("tls.enable=false", "tls.enable=true")).conf();
    assertThat(port(tls, Transport.TLS)).isEqualTo(containerPort("mqtts"));
    ListenerConf listener = listener(tls, Transport.TLS);
    assertThat(listener.tls().certFile()).isEqualTo(mount("tls") + "/tls.crt");
    assertThat(listener.tls().keyFile()).isEqualTo(mount("tls") + "/tls.key");
  }

  @Test
  void thePasswordIsInTheSecret() {
    Secret secret = secret(secretOf("admin"));
    assertThat(secret.getStringData()).containsOnlyKeys("password");
    assertThat(document()).contains("http_server.password=${file:" + mount("admin") + "/password}");
    assertThat(document()).contains(secret.getMetadata().getName()).contains(secretOf("tls"));
  }

  /** What kubectl apply does not mention it does not take away, either. */
  @Test
  void theSecretForKeysIsThereAndSaysNothingOfWhatIsInIt() {
    Secret secret = secret(secretOf("tls"));
    assertThat(secret.getData()).isNullOrEmpty();
    assertThat(secret.getStringData()).isNullOrEmpty();
    assertThat(secret.getType()).isNull();
    assertThat(secret.getImmutable()).isNull();
    assertThat(manifests.all(Secret.class)).hasSize(2);
  }

  private Secret secret(String name) {
    return manifests.all(Secret.class).stream()
        .filter(secret -> secret.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void probesAskTheManagementPort() throws IOException {
    Properties properties = new Properties();
    try (Reader in =
        Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
      properties.load(in);
    }
    assertThat(containerPort("management"))
        .isEqualTo(Integer.parseInt(properties.getProperty("quarkus.management.port")));
    assertProbe(container.getStartupProbe(), "/q/health/started");
    assertProbe(container.getReadinessProbe(), "/q/health/ready");
    assertProbe(container.getLivenessProbe(), "/q/health/live");
  }

  @Test
  void servicesFindTheirPorts() {
    assertThat(servicePorts("nanomq")).containsExactlyInAnyOrder("mqtt", "mqtts");
    assertThat(servicePorts("nanomq-api")).containsExactlyInAnyOrder("http", "ws");
    assertThat(servicePorts("nanomq-headless")).containsExactly("mqtt");
    assertThat(service("nanomq-headless").getSpec().getClusterIP()).isEqualTo("None");
    assertThat(manifests.one(StatefulSet.class).getSpec().getServiceName())
        .isEqualTo("nanomq-headless");
    Map<String, String> labels =
        manifests.one(StatefulSet.class).getSpec().getTemplate().getMetadata().getLabels();
    for (Service service : manifests.all(Service.class)) {
      assertThat(labels).containsAllEntriesOf(service.getSpec().getSelector());
    }
  }

  @Test
  void theIngressLeadsToApiAndWebSocket() throws Exception {
    List<HTTPIngressPath> paths =
        manifests.one(Ingress.class).getSpec().getRules().get(0).getHttp().getPaths();
    String webSocket = listener(load(document()).conf(), Transport.WS).path();
    Map<String, String> ports = new HashMap<>();
    for (HTTPIngressPath path : paths) {
      IngressServiceBackend backend = path.getBackend().getService();
      assertThat(servicePorts(backend.getName())).contains(backend.getPort().getName());
      ports.put(path.getPath(), backend.getPort().getName());
    }
    assertThat(ports).containsOnly(Map.entry(ApiRoutes.ROOT, "http"), Map.entry(webSocket, "ws"));
  }

  @Test
  void thePodIsAsSmallAsItCanBe() {
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getResources().getLimits()).containsKeys("cpu", "memory");
    assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
    assertThat(mount("tmp")).isEqualTo("/tmp");
    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getName().equals("tmp"))
        .singleElement()
        .matches(volume -> volume.getEmptyDir() != null);
  }

  @Test
  void aStopHasTheTimeThatItTakes() throws Exception {
    List<String> preStop = container.getLifecycle().getPreStop().getExec().getCommand();
    assertThat(preStop).startsWith("sleep").hasSize(2);
    long stopSeconds = load(document()).conf().system().stopTimeoutMillis() / 1000;
    int untilTheProcessEndsItself = 10;
    assertThat(pod.getTerminationGracePeriodSeconds())
        .isGreaterThan(Long.parseLong(preStop.get(1)) + stopSeconds + untilTheProcessEndsItself);
  }

  @Test
  void theServiceAccountHasTheRole() {
    String account = manifests.one(ServiceAccount.class).getMetadata().getName();
    RoleBinding binding = manifests.one(RoleBinding.class);
    assertThat(pod.getServiceAccountName()).isEqualTo(account);
    assertThat(binding.getRoleRef().getKind()).isEqualTo("Role");
    assertThat(binding.getRoleRef().getName())
        .isEqualTo(manifests.one(Role.class).getMetadata().getName());
    assertThat(binding.getSubjects())
        .singleElement()
        .matches(s -> s.getKind().equals("ServiceAccount") && s.getName().equals(account));
  }

  private StoreChoice choice() throws Exception {
    return StoreChoice.of(NO_ARGUMENTS, environment());
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    for (EnvVar variable : container.getEnv()) {
      boolean isField = variable.getValueFrom() != null;
      if (isField) {
        assertThat(variable.getValueFrom().getFieldRef().getFieldPath())
            .isEqualTo("metadata.namespace");
      }
      environment.put(variable.getName(), isField ? "iot" : variable.getValue());
    }
    return environment;
  }

  /** As the pod would load it, with the Secret's file in the test's own folder. */
  private LoadedConf load(String document) throws Exception {
    Files.writeString(folder.resolve("password"), "not public\n");
    String text = document.replace("${file:" + mount("admin"), "${file:" + folder);
    return Confs.load(
        NO_ARGUMENTS,
        environment(),
        folder,
        Map.of(choice().document(), text.getBytes(StandardCharsets.UTF_8)),
        null);
  }

  private String document() {
    return manifests.one(ConfigMap.class).getData().get(StoreChoice.DOCUMENT);
  }

  private static ListenerConf listener(NanomqConf conf, Transport transport) {
    return conf.listeners().stream()
        .filter(listener -> listener.transport() == transport)
        .findFirst()
        .orElseThrow();
  }

  private static int port(NanomqConf conf, Transport transport) {
    return listener(conf, transport).port();
  }

  private int containerPort(String name) {
    return container.getPorts().stream()
        .filter(port -> port.getName().equals(name))
        .map(ContainerPort::getContainerPort)
        .findFirst()
        .orElseThrow();
  }

  private String mount(String volume) {
    return container.getVolumeMounts().stream()
        .filter(mount -> mount.getName().equals(volume))
        .map(VolumeMount::getMountPath)
        .findFirst()
        .orElseThrow();
  }

  private String secretOf(String volume) {
    return pod.getVolumes().stream()
        .filter(candidate -> candidate.getName().equals(volume))
        .map(found -> found.getSecret().getSecretName())
        .findFirst()
        .orElseThrow();
  }

  private Service service(String name) {
    return manifests.all(Service.class).stream()
        .filter(service -> service.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Names of a service's ports, each of which leads to the container's port of that name. */
  private List<String> servicePorts(String name) {
    List<ServicePort> ports = service(name).getSpec().getPorts();
    for (ServicePort port : ports) {
      assertThat(port.getTargetPort().getStrVal()).isEqualTo(port.getName());
      assertThat(port.getPort()).isEqualTo(containerPort(port.getName()));
    }
    return ports.stream().map(ServicePort::getName).toList();
  }

  private static void assertProbe(Probe probe, String path) {
    assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
    assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management");
  }
}
