package io.nanomq.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** An API server of the test's own, and an operator with kubectl who does not use our code. */
public final class ApiServer implements AutoCloseable {
  public static final String NAMESPACE = "iot";
  public static final String NAME = "nanomq";
  public static final String SECRET = "nanomq-tls";

  private final Set<String> forbidden = ConcurrentHashMap.newKeySet();

  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(), new MockWebServer(), new HashMap<>(), new Guarded(forbidden), false);
  private final FlakyLink link;
  private final KubernetesClient operator;

  public ApiServer() {
    server.init();
    link = new FlakyLink(server.getPort());
    operator = server.createClient(client -> client.withKubernetesSerialization(Manifests.YAML));
  }

  /** Where the broker finds it. */
  public String url() {
    return "http://127.0.0.1:" + link.port();
  }

  /** The way from the broker, not from the operator. */
  public FlakyLink link() {
    return link;
  }

  /** A client such as the broker's, that takes the way which can be cut. */
  public KubernetesClient client() {
    return client(1, 50);
  }

  private KubernetesClient client(int retries, int watchReconnectMillis) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(url())
            .withNamespace(NAMESPACE)
            .withConnectionTimeout(1000)
            .withRequestTimeout(2000)
            .withRequestRetryBackoffLimit(retries)
            .withWatchReconnectInterval(watchReconnectMillis)
            .build();
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(Manifests.YAML)
        .build();
  }

  /** The same with pauses between its attempts that are so much shorter than the broker's. */
  public KubernetesClient hastyClient(int times) {
    return client(0, 1000 / times);
  }

  public KubernetesClient operator() {
    return operator;
  }

  /**
   * Takes a right from everybody.
   *
   * @param method GET or PUT
   * @param resource such as secrets
   */
  public void forbid(String method, String resource) {
    forbidden.add(method + " " + resource);
  }

  /** kubectl create secret, with something around it that must stay. */
  public void createSecret(Map<String, String> contents) {
    operator
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(SECRET)
                .addToAnnotations("note", "mine")
                .endMetadata()
                .withType("kubernetes.io/tls")
                .withData(encoded(contents))
                .build())
        .create();
  }

  /** kubectl edit secret. */
  public void editSecret(String key, String content) {
    operator
        .secrets()
        .inNamespace(NAMESPACE)
        .withName(SECRET)
        .edit(secret -> new SecretBuilder(secret).addToData(encoded(Map.of(key, content))).build());
  }

  public Secret secret() {
    Set<String> rights = Set.copyOf(forbidden);
    forbidden.clear();
    try {
      return operator.secrets().inNamespace(NAMESPACE).withName(SECRET).get();
    } finally {
      forbidden.addAll(rights);
    }
  }

  /** What the Secret holds, as texts. */
  public Map<String, String> secretData() {
    Map<String, String> texts = new HashMap<>();
    Map<String, String> data = secret().getData();
    if (data != null) {
      data.forEach((key, value) -> texts.put(key, new String(Base64.getDecoder().decode(value))));
    }
    return texts;
  }

  private static Map<String, String> encoded(Map<String, String> contents) {
    Map<String, String> data = new HashMap<>();
    contents.forEach(
        (key, text) -> data.put(key, Base64.getEncoder().encodeToString(text.getBytes())));
    return data;
  }

  /** Answers 403 where a right is missing. */
  private static final class Guarded extends KubernetesCrudDispatcher {
    private static final String STATUS =
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"%s\","
            + "\"message\":\"forbidden by the test\",\"code\":%d}";

    private final Set<String> forbidden;

    Guarded(Set<String> forbidden) {
      this.forbidden = forbidden;
    }

    /**
     * This server knows watches over WebSockets only. A client whose first one was cut tries
     * without from then on: told that it is gone, it begins anew with a WebSocket.
     */
    @Override
    public MockResponse dispatch(RecordedRequest request) {
      boolean isWatch = request.getPath().contains("watch=true");
      return isWatch && request.getHeader("Upgrade") == null
          ? refusal(410, "Gone")
          : super.dispatch(request);
    }

    @Override
    public MockResponse handleGet(String path) {
      return isForbidden("GET", path) ? refusal(403, "Forbidden") : super.handleGet(path);
    }

    @Override
    public MockResponse handleUpdate(RecordedRequest request) {
      return isForbidden("PUT", request.getPath())
          ? refusal(403, "Forbidden")
          : super.handleUpdate(request);
    }

    private boolean isForbidden(String method, String path) {
      return forbidden.stream()
          .map(right -> right.split(" "))
          .anyMatch(right -> right[0].equals(method) && path.contains("/" + right[1] + "/"));
    }

    private static MockResponse refusal(int code, String reason) {
      return new MockResponse()
          .setResponseCode(code)
          .setHeader("Content-Type", "application/json")
          .setBody(STATUS.formatted(reason, code));
    }
  }

  /** kubectl create configmap. */
  public void create(String document) {
    operator.resource(map(document)).create();
  }

  /** kubectl edit configmap. */
  public void edit(String document) {
    resource().edit(map -> new ConfigMapBuilder(map).addToData("nanomq.conf", document).build());
  }

  /** kubectl annotate configmap. */
  public void annotate(String value) {
    resource()
        .edit(
            map ->
                new ConfigMapBuilder(map)
                    .editMetadata()
                    .addToAnnotations("note", value)
                    .endMetadata()
                    .build());
  }

  public void delete() {
    resource().delete();
  }

  public ConfigMap map() {
    return resource().get();
  }

  public String document() {
    return map().getData().get("nanomq.conf");
  }

  public List<Event> events() {
    return operator.v1().events().inNamespace(NAMESPACE).list().getItems();
  }

  /** What has arrived since it was asked last. */
  public List<RecordedRequest> requests() throws InterruptedException {
    List<RecordedRequest> requests = new ArrayList<>();
    RecordedRequest request = server.takeRequest(1, TimeUnit.MILLISECONDS);
    while (request != null) {
      requests.add(request);
      request = server.takeRequest(1, TimeUnit.MILLISECONDS);
    }
    return requests;
  }

  private Resource<ConfigMap> resource() {
    return operator.configMaps().inNamespace(NAMESPACE).withName(NAME);
  }

  static ConfigMap map(String document) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(NAMESPACE)
        .withName(NAME)
        .endMetadata()
        .addToData("nanomq.conf", document)
        .addToData("other", "kept")
        .build();
  }

  @Override
  public void close() {
    operator.close();
    link.close();
    server.destroy();
  }
}
