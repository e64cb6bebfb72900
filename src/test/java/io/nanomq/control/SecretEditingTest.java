package io.nanomq.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.nanomq.api.configuration.PatchReader;
import io.nanomq.config.ConfPatch;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.store.ConfConflictException;
import io.nanomq.kubernetes.ApiServer;
import io.nanomq.kubernetes.ConfigMapConfStore;
import io.nanomq.kubernetes.SecretPemStore;
import io.nanomq.tls.NoPemStore;
import io.nanomq.tls.PemStore;
import io.nanomq.tls.TestKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys and certificates through the API where the document is in a ConfigMap. */
class SecretEditingTest {
  private static final String DOCUMENT =
      "url=nmq-tcp://127.0.0.1:0\nwebsocket.enable=false\nhttp_server.ip_addr=127.0.0.1\n";

  @TempDir Path folder;
  private final LogLines logged = new LogLines();
  private Path mount;
  private ApiServer api;
  private KubernetesClient client;
  private TestKeys keys;

  @BeforeEach
  void start() throws Exception {
    mount = Files.createDirectory(folder.resolve("tls"));
    api = new ApiServer();
    client = api.client();
    api.create(DOCUMENT);
    api.createSecret(Map.of());
    keys = TestKeys.make(folder, "EC", 30);
    Logger.getLogger("").addHandler(logged);
  }

  @AfterEach
  void stop() {
    Logger.getLogger("").removeHandler(logged);
    client.close();
    api.close();
  }

  @Test
  void theyGoToTheSecretAndTheirPathsToTheDocument() throws Exception {
    ConfEditing.Edited edited = post(secretStore(), tls(keys));

    assertThat(api.secretData())
        .isEqualTo(Map.of("tls.key", keys.pkcs8(), "tls.crt", keys.certificatePem()));
    assertThat(api.document())
        .startsWith(DOCUMENT)
        .contains("tls.keyfile=" + mount + "/tls.key\n")
        .contains("tls.certfile=" + mount + "/tls.crt\n")
        .doesNotContain("BEGIN");
    assertThat(edited.files())
        .containsExactlyInAnyOrder(mount.resolve("tls.key"), mount.resolve("tls.crt"));
    assertThat(mount).isEmptyDirectory();
    assertThatNothingTells();
  }

  @Test
  void aCertificateAloneIsHeldAgainstTheKeyOfTheSecret() throws Exception {
    PemStore store = secretStore();
    post(store, tls(keys));
    TestKeys others = TestKeys.make(folder, "EC", 31);

    assertThatThrownBy(() -> post(store, Map.of("cert", others.certificatePem())))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("does not belong to the certificate " + mount + "/tls.crt");

    assertThat(api.secretData()).containsEntry("tls.crt", keys.certificatePem());
    post(store, Map.of("cert", others.certificatePem(), "key", others.pkcs8()));
    assertThat(api.secretData())
        .isEqualTo(Map.of("tls.key", others.pkcs8(), "tls.crt", others.certificatePem()));
  }

  @Test
  void aDryRunWritesNothing() throws Exception {
    ConfDocuments documents = documents(secretStore());

    new ConfEditing(documents).edit(stored -> patch(stored, documents.pems(), tls(keys)), true);

    assertThat(api.secretData()).isEmpty();
    assertThat(api.document()).isEqualTo(DOCUMENT);
  }

  @Test
  void somebodyElsesChangeMeansAnotherAttempt() throws Exception {
    ConfDocuments documents = documents(secretStore());
    List<String> attempts = new ArrayList<>();

    new ConfEditing(documents)
        .edit(
            stored -> {
              if (attempts.isEmpty()) {
                api.editSecret("theirs", "kept");
              }
              attempts.add("one");
              return patch(stored, documents.pems(), tls(keys));
            },
            false);

    assertThat(attempts).hasSize(2);
    assertThat(api.secretData()).containsEntry("theirs", "kept").hasSize(3);
  }

  @Test
  void whoChangesItAllTheTimeWinsAndIsTold() throws Exception {
    ConfDocuments documents = documents(secretStore());
    List<String> attempts = new ArrayList<>();

    assertThatThrownBy(
            () ->
                new ConfEditing(documents)
                    .edit(
                        stored -> {
                          attempts.add("one");
                          api.editSecret("theirs", "kept " + attempts.size());
                          return patch(stored, documents.pems(), tls(keys));
                        },
                        false))
        .isInstanceOf(ConfConflictException.class);

    assertThat(api.secretData()).isEqualTo(Map.of("theirs", "kept 3"));
    assertThat(api.document()).isEqualTo(DOCUMENT);
  }

  @Test
  void withoutTheRightNothingChanges() throws Exception {
    for (String method : new String[] {"PUT", "GET"}) {
      api.forbid(method, "secrets");
      assertThatThrownBy(() -> post(secretStore(), tls(keys)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Secret iot/nanomq-tls cannot be")
          .hasMessageContaining("the service account needs the right to")
          .satisfies(this::tellsNoKey);
    }
    assertThat(api.secretData()).isEmpty();
    assertThat(api.document()).isEqualTo(DOCUMENT);
    assertThatNothingTells();
  }

  @Test
  void withoutTheRightOtherThingsCanStillBeChanged() throws Exception {
    api.forbid("GET", "secrets");
    ConfDocuments documents = documents(secretStore());

    new ConfEditing(documents)
        .edit(
            stored -> PatchReader.read(Map.of("msq_len", 5), stored, folder, documents.pems()),
            false);

    assertThat(api.document()).contains("msq_len=5");
  }

  @Test
  void whereTheDocumentCannotBeWrittenTheSecretIsPutBack() throws Exception {
    String old = TestKeys.make(folder, "EC", 31).certificatePem();
    api.editSecret("tls.crt", old);
    api.forbid("PUT", "configmaps");

    assertThatThrownBy(() -> post(secretStore(), tls(keys)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ConfigMap iot/nanomq cannot be written");

    assertThat(api.secretData()).isEqualTo(Map.of("tls.crt", old));
    assertThat(api.document()).isEqualTo(DOCUMENT);
  }

  @Test
  void filesElsewhereAreRefused() throws Exception {
    api.edit(DOCUMENT + "tls.keyfile=/elsewhere/key.pem\n");

    assertThatThrownBy(() -> post(secretStore(), Map.of("key", keys.pkcs8())))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("data.tls.key = /elsewhere/key.pem is not in " + mount);

    assertThat(api.secretData()).isEmpty();
  }

  @Test
  void otherContentsOfTheSecretStayAsTheyAre() throws Exception {
    api.editSecret("password", "hidden");
    api.edit(DOCUMENT + "tls.keyfile=" + mount + "/password\n");

    assertThatThrownBy(() -> post(secretStore(), Map.of("key", keys.pkcs8())))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("is there already, and holds something else")
        .message()
        .doesNotContain("hidden");
    api.edit(DOCUMENT + "tls.keyfile=" + mount + "/token\n");
    assertThatThrownBy(() -> post(secretStore(), Map.of("key", keys.pkcs8())))
        .hasMessageContaining("is no name of a new file");

    assertThat(api.secretData()).isEqualTo(Map.of("password", "hidden"));
  }

  @Test
  void withoutASecretTheyAreRefused() throws Exception {
    assertThatThrownBy(() -> post(new NoPemStore(), tls(keys)))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("there is no Secret for keys and certificates")
        .hasMessageContaining("NANOMQ_CONFIG_SECRET")
        .satisfies(this::tellsNoKey);
    assertThat(api.document()).isEqualTo(DOCUMENT);
  }

  private static Map<String, Object> tls(TestKeys keys) {
    return Map.of(
        "enable",
        true,
        "url",
        "nmq-tls://127.0.0.1:0",
        "key",
        keys.pkcs8(),
        "cert",
        keys.certificatePem());
  }

  private ConfEditing.Edited post(PemStore pems, Map<String, ?> tls) throws Exception {
    ConfDocuments documents = documents(pems);
    return new ConfEditing(documents).edit(stored -> patch(stored, pems, tls), false);
  }

  private ConfPatch patch(io.nanomq.config.LoadedConf stored, PemStore pems, Map<String, ?> tls)
      throws ConfException {
    return PatchReader.read(Map.of("tls", tls), stored, folder, pems);
  }

  private PemStore secretStore() {
    return new SecretPemStore(client, ApiServer.NAMESPACE, ApiServer.SECRET, mount);
  }

  private ConfDocuments documents(PemStore pems) throws Exception {
    Map<String, String> environment =
        Map.of(
            "NANOMQ_CONFIG_STORE",
            "configmap",
            "NANOMQ_CONFIG_CONFIGMAP",
            ApiServer.NAME,
            "NANOMQ_CONFIG_SECRET",
            ApiServer.SECRET,
            "NANOMQ_CONFIG_SECRET_PATH",
            mount.toString());
    ConfInputs inputs = new ConfInputs(List.of(), environment, folder);
    var store = new ConfigMapConfStore(client, ApiServer.NAMESPACE, ApiServer.NAME);
    Path document = Path.of("configmap", ApiServer.NAME, "nanomq.conf");
    var started = inputs.load(Map.of(document, store.read().bytes()), null);
    return new ConfDocuments(inputs, started, store, pems, Clock.systemUTC());
  }

  private void assertThatNothingTells() {
    assertThat(logged.text()).doesNotContain(inner());
  }

  private void tellsNoKey(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    assertThat(text.toString()).doesNotContain(inner());
  }

  /** A part of the key that would show wherever the key does, in PEM or in JSON. */
  private String inner() {
    return keys.pkcs8().lines().skip(1).findFirst().orElseThrow().substring(30, 60);
  }

  private static final class LogLines extends Handler {
    private final StringBuffer lines = new StringBuffer();

    String text() {
      return lines.toString();
    }

    @Override
    public void publish(LogRecord line) {
      lines.append(line.getMessage()).append('\n');
      for (Object parameter : line.getParameters() == null ? new Object[0] : line.getParameters()) {
        lines.append(parameter).append('\n');
      }
      if (line.getThrown() != null) {
        StringWriter text = new StringWriter();
        line.getThrown().printStackTrace(new PrintWriter(text, true));
        lines.append(text);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
