package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.nanomq.backend.WebPeer;
import io.nanomq.config.store.ConfStore;
import io.nanomq.config.store.StoredConf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An API server, or what stands before it, that answers something else than was asked for. */
@Timeout(60)
class OddAnswersTest {
  private static final String MAP =
      "{'kind':'ConfigMap','apiVersion':'v1','metadata':{'name':'nanomq','namespace':'iot',"
          + "'resourceVersion':'7'},'data':{'nanomq.conf':'msq_len=1'}}";

  private volatile String got = MAP;
  private volatile String put = MAP;
  private volatile int putStatus = 200;
  private final AtomicInteger conflicts = new AtomicInteger();
  private WebPeer server;
  private KubernetesClient client;

  @BeforeEach
  void start() {
    server =
        new WebPeer(
            (request, body) -> {
              boolean isGet = request.method().name().equals("GET");
              boolean isConflict = !isGet && conflicts.getAndDecrement() > 0;
              request
                  .response()
                  .setStatusCode(isGet ? 200 : isConflict ? 409 : putStatus)
                  .putHeader("content-type", "application/json")
                  .end((isGet ? got : put).replace('\'', '"'));
            });
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server.url("/"))
            .withRequestTimeout(10_000)
            .withRequestRetryBackoffLimit(0)
            .build();
    client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withKubernetesSerialization(Manifests.YAML)
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private ConfStore store() {
    return new ConfigMapConfStore(client, ApiServer.NAMESPACE, ApiServer.NAME);
  }

  private StoredConf write() throws IOException {
    byte[] bytes = "msq_len=2".getBytes(StandardCharsets.UTF_8);
    return store().write(store().read().version(), bytes);
  }

  private void refuses(int status, String reason) {
    putStatus = status;
    put = "{'kind':'Status','apiVersion':'v1','reason':'%s','code':%d}".formatted(reason, status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'data':{'nanomq.conf':'msq_len=1'}}",
        "{'kind':'ConfigMap','metadata':{}}",
        "{'kind':'ConfigMap','metadata':{'name':'nanomq'}}",
        "{'kind':'Status','status':'Success','metadata':{}}",
        "{'kind':'Secret','metadata':{'name':'nanomq','resourceVersion':'7'}}"
      })
  void whatIsNoConfigMapIsNoAbsentOne(String answer) throws Exception {
    got = answer;
    assertThatThrownBy(() -> store().read())
        .isInstanceOf(IOException.class)
        .hasMessage(
            "ConfigMap iot/nanomq cannot be read: what the API server answers is no ConfigMap");
    got = MAP;
    put = answer;
    assertThatThrownBy(this::write)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be written: what the API server answers is no ConfigMap");
  }

  @Test
  void whatCannotBeUpdatedDoesNotChangeAllTheTime() {
    refuses(404, "NotFound");
    assertThatThrownBy(this::write)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "ConfigMap iot/nanomq cannot be written: it is there when it is read, and 404 when it"
                + " is updated");
    refuses(409, "Conflict");
    assertThatThrownBy(this::write).hasMessageContaining("changes all the time");
  }

  /** As where another replica makes the same user at the same moment. */
  @Test
  void aUserWhomAnotherOneMakesAtOnceIsWrittenNevertheless() throws Exception {
    got = "{'kind':'SecretList','items':[]}";
    conflicts.set(2);
    put = "{'kind':'Secret','metadata':{'name':'nanomq-user-x','resourceVersion':'8'}}";
    new UserSecrets(client, ApiServer.NAMESPACE).put("ann", "$7$one");
    assertThat(conflicts.get()).isNegative();
  }

  @Test
  void whatIsNoSecretIsNoAbsentOne() {
    var pems =
        new SecretPemStore(client, ApiServer.NAMESPACE, ApiServer.SECRET, Path.of("/etc/keys"));
    got = "{'data':{'tls.key':'eA=='}}";
    pems.refresh();
    assertThatThrownBy(() -> pems.write(Map.of(Path.of("/etc/keys/tls.key"), "x")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no Secret");
    got = "{'kind':'SecretList','items':[{}]}";
    var users = new UserSecrets(client, ApiServer.NAMESPACE);
    assertThatThrownBy(users::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no Secret");
  }
}
