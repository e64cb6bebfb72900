package io.nanomq.it;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.nanomq.FreePort;
import io.nanomq.kubernetes.ApiServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The packaged broker with its configuration in a ConfigMap of a mock API server. Each test has its
 * own of both, and mostly waits for them.
 */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class KubernetesIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private ApiServer api;
  private int first;
  private int second;
  private int http;

  @BeforeEach
  void cluster() throws IOException {
    api = new ApiServer();
    first = FreePort.find();
    second = FreePort.find();
    http = FreePort.find();
    environment.putAll(
        Map.of(
            "KUBERNETES_MASTER",
            api.url(),
            "KUBECONFIG",
            folder.resolve("none").toString(),
            "HOME",
            folder.toString(),
            "HOSTNAME",
            "nanomq-0",
            "NANOMQ_CONFIG_STORE",
            "configmap",
            "NANOMQ_CONFIG_CONFIGMAP",
            ApiServer.NAME,
            "NANOMQ_CONFIG_NAMESPACE",
            ApiServer.NAMESPACE,
            "QUARKUS_MANAGEMENT_HOST",
            "127.0.0.1",
            "QUARKUS_MANAGEMENT_PORT",
            "0"));
    environment.put("RECONCILER_MOMENT", "PT0.1S");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void itFollowsTheConfigMapThroughEverything() throws Exception {
    api.create(document(first, ""));
    try (PackagedBroker broker = new PackagedBroker(folder, environment)) {
      broker.awaitLog("MQTT on [" + first + "]");
      assertThat(connects(first)).isTrue();

      api.edit(document(second, ""));
      awaitEvent("ConfigApplied", "changed: url");
      assertThat(connects(second)).isTrue();
      assertThat(connects(first)).isFalse();

      api.edit(document(70_000, ""));
      awaitEvent("ConfigRejected", "70000");
      assertThat(connects(second)).isTrue();

      api.edit("");
      awaitEvent("ConfigRejected", "is empty, or holds comments only");
      assertThat(connects(second)).isTrue();
      api.edit(document(second, "msq_len=7\n"));
      awaitEvent("ConfigApplied", "changed: mqtt.max_mqueue_len");

      api.link().cut();
      api.delete();
      api.create(document(first, ""));
      assertThat(connects(second)).isTrue();
      api.link().restore();
      await().atMost(LONG).until(() -> connects(first));

      api.delete();
      awaitEvent("ConfigRejected", "is no longer there");
      assertThat(connects(first)).isTrue();
      api.create(document(second, ""));
      await().atMost(LONG).until(() -> connects(second) && !connects(first));

      manualWaitsForTheRestartAction();

      broker.terminate();
      assertThat(broker.awaitEnd()).isZero();
      assertThat(broker.log()).doesNotContain("LEAK").doesNotContain("\tat ");
    }
  }

  private void manualWaitsForTheRestartAction() throws Exception {
    api.edit(document(second, "config.apply=manual\n"));
    awaitEvent("ConfigApplied", "changed: config.apply");
    api.edit(document(first, "config.apply=manual\n"));
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(call("GET", "/configuration/status")).contains("" + first));
    assertThat(connects(second)).isTrue();
    assertThat(connects(first)).isFalse();

    assertThat(call("POST", "/ctrl/restart")).isEqualTo("{\"code\":0}");

    assertThat(connects(first)).isTrue();
    assertThat(connects(second)).isFalse();
  }

  @Test
  void aBridgeThatStaysDownIsAnEvent() throws Exception {
    String bridge =
        "bridge.mqtt.hub.bridge_mode=true\nbridge.mqtt.hub.proto_ver=5\n"
            + "bridge.mqtt.hub.backoff_max=0\n";
    int nowhere = FreePort.find();
    api.create(
        document(first, bridge + "bridge.mqtt.hub.address=mqtt-tcp://127.0.0.1:" + nowhere + "\n"));
    try (TestBroker hub = TestBroker.start();
        PackagedBroker broker = new PackagedBroker(folder, environment)) {
      broker.awaitLog("MQTT on [" + first + "]");
      awaitEvent("BridgeDown", "Bridge hub has no connection: ");
      api.edit(
          document(
              first, bridge + "bridge.mqtt.hub.address=mqtt-tcp://127.0.0.1:" + hub.port() + "\n"));
      awaitEvent("BridgeUp", "Bridge hub is connected again.");
    }
  }

  @Test
  void withTheApiServerAwayItServesAndIsReadyAndSaysSo() throws Exception {
    int management = FreePort.find();
    environment.put("QUARKUS_MANAGEMENT_PORT", "" + management);
    // Its pauses are a five hundredth of what they are, and so these seconds are an hour.
    environment.put("KUBERNETES_WATCH_RECONNECTINTERVAL", "2");
    api.create(document(first, ""));
    try (PackagedBroker broker = new PackagedBroker(folder, environment)) {
      broker.awaitLog("MQTT on [" + first + "]");
      api.link().refuse();
      api.edit(document(second, ""));
      await().atMost(LONG).until(() -> api.link().attempts().size() > 60);

      assertThat(connects(first)).isTrue();
      assertThat(connects(second)).isFalse();
      assertThat(get(management, "/q/health/ready")).contains("\"status\": \"UP\"");
      assertThat(call("GET", "/configuration/status")).contains("the API server does not answer");
      assertThat(call("POST", "/ctrl/restart")).contains("the API server does not answer");
      assertThat(connects(first)).isTrue();

      api.link().restore();
      await().atMost(LONG).until(() -> connects(second));
      // The new listener is open before the old one is closed.
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> assertThat(call("GET", "/configuration/status")).contains("\"in_sync\":true"));
      assertThat(connects(first)).isFalse();
    }
  }

  private static String get(int port, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }

  @Test
  void withoutItsConfigMapItDoesNotStart() throws Exception {
    try (PackagedBroker broker = new PackagedBroker(folder, environment)) {
      assertThat(broker.awaitEnd()).isEqualTo(1);
      assertThat(broker.log())
          .contains("nanomq does not start")
          .contains("ConfigMap iot/nanomq: is not there, or has no nanomq.conf");
    }
  }

  @Test
  void withoutTheApiServerItDoesNotStart() throws Exception {
    api.link().cut();
    try (PackagedBroker broker = new PackagedBroker(folder, environment)) {
      assertThat(broker.awaitEnd()).isEqualTo(1);
      assertThat(broker.log()).contains("the API server does not answer");
    }
  }

  @Test
  void checkReadsTheConfigMapToo() throws Exception {
    api.create(document(first, "http_server.ip_addr=192.0.2.1\n"));
    try (PackagedBroker broker = new PackagedBroker(folder, environment, "--check")) {
      assertThat(broker.awaitEnd()).isEqualTo(1);
      assertThat(broker.log()).contains("192.0.2.1 is not an address of this machine");
    }
    api.edit(document(first, ""));
    try (PackagedBroker broker = new PackagedBroker(folder, environment, "--check")) {
      assertThat(broker.awaitEnd()).isZero();
      assertThat(broker.log()).contains("The configuration is valid");
    }
  }

  /** The kubelet is the test: the folder is what it mounts. */
  @Test
  void keysGoThroughTheApiIntoTheSecret() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("mount"));
    environment.put("NANOMQ_CONFIG_SECRET", ApiServer.SECRET);
    environment.put("NANOMQ_CONFIG_SECRET_PATH", mount.toString());
    TestCertificates certificates = new TestCertificates(folder);
    certificates.issue("one", -1, 30);
    certificates.issue("two", -1, 30);
    TlsPeer peer = TlsPeer.trusting(certificates.trust());
    api.createSecret(Map.of());
    api.create(
        document(first, "config.apply=manual\ntls.url=nmq-tls://127.0.0.1:" + second + "\n"));
    try (PackagedBroker broker = new PackagedBroker(folder, environment)) {
      broker.awaitLog("MQTT on [" + first + "]");

      assertThat(post("/configuration", pem(certificates, "one"))).isEqualTo("{\"code\":0}");
      assertThat(api.secretData()).containsOnlyKeys("tls.key", "tls.crt");
      assertThat(call("POST", "/ctrl/restart")).isEqualTo("{\"code\":0}");
      assertThat(TlsPeer.subject(peer.open(second, null))).isEqualTo("CN=one");
      assertThat(mount).isEmptyDirectory();

      // Renewed through the API: without a restart, and before the volume shows it.
      assertThat(post("/configuration", pem(certificates, "two"))).isEqualTo("{\"code\":0}");
      await().atMost(LONG).until(() -> TlsPeer.subject(peer.open(second, null)).equals("CN=two"));
      project(mount);
      assertThat(call("POST", "/ctrl/restart")).isEqualTo("{\"code\":0}");
      assertThat(TlsPeer.subject(peer.open(second, null))).isEqualTo("CN=two");

      // Renewed by kubectl: the volume alone says so.
      Files.copy(certificates.key("one"), mount.resolve("tls.key"), REPLACE_EXISTING);
      Files.copy(certificates.certificate("one"), mount.resolve("tls.crt"), REPLACE_EXISTING);
      await().atMost(LONG).until(() -> TlsPeer.subject(peer.open(second, null)).equals("CN=one"));

      api.forbid("PUT", "secrets");
      Map<String, String> before = api.secretData();
      String document = api.document();
      assertThat(post("/configuration", pem(certificates, "one")))
          .contains("\"code\":101")
          .contains("the service account needs the right to update it");
      assertThat(api.secretData()).isEqualTo(before);
      assertThat(api.document()).isEqualTo(document);
      for (String alias : new String[] {"one", "two"}) {
        String key = Files.readString(certificates.key(alias)).lines().toList().get(1);
        assertThat(broker.log()).doesNotContain(key);
        assertThat(call("GET", "/configuration/status")).doesNotContain(key);
      }
    }
  }

  /** As the kubelet does a while after the Secret has changed. */
  private void project(Path mount) throws IOException {
    for (Map.Entry<String, String> content : api.secretData().entrySet()) {
      Files.writeString(mount.resolve(content.getKey()), content.getValue());
    }
  }

  private static String pem(TestCertificates certificates, String alias) throws IOException {
    String key = Files.readString(certificates.key(alias)).replace("\n", "\\n");
    String certificate = Files.readString(certificates.certificate(alias)).replace("\n", "\\n");
    return "{\"data\":{\"tls\":{\"enable\":true,\"key\":\""
        + key
        + "\",\"cert\":\""
        + certificate
        + "\"}}}";
  }

  private String document(int port, String more) {
    return "url=nmq-tcp://127.0.0.1:"
        + port
        + "\nwebsocket.enable=false\nhttp_server.ip_addr=127.0.0.1\nhttp_server.port="
        + http
        + "\n"
        + more;
  }

  private void awaitEvent(String reason, String text) {
    await(reason + " about " + text)
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(api.events())
                    .filteredOn(event -> event.getReason().equals(reason))
                    .extracting(Event::getMessage)
                    .anyMatch(message -> message.contains(text)));
  }

  private static boolean connects(int port) {
    try (var socket = new java.net.Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private String call(String method, String path) throws Exception {
    return send(method, path, HttpRequest.BodyPublishers.noBody());
  }

  private String post(String path, String json) throws Exception {
    return send("POST", path, HttpRequest.BodyPublishers.ofString(json));
  }

  private String send(String method, String path, HttpRequest.BodyPublisher body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http + "/api/v4" + path))
            .header("Authorization", "Basic YWRtaW46cHVibGlj")
            .header("Content-Type", "application/json")
            .method(method, body)
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }
}
