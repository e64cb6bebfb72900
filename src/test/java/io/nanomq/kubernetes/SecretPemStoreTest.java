package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.store.ConfConflictException;
import io.nanomq.tls.PemFolders;
import io.nanomq.tls.PemStore;
import io.nanomq.tls.PemStore.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretPemStoreTest {
  private static final PemFolders NONE = new PemFolders(List.of());

  @TempDir Path mount;
  private final AtomicLong nanos = new AtomicLong();
  private ApiServer api;
  private KubernetesClient client;
  private SecretPemStore store;

  @BeforeEach
  void start() {
    api = new ApiServer();
    client = api.client();
    store = new SecretPemStore(client, ApiServer.NAMESPACE, ApiServer.SECRET, mount, nanos::get);
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void writesThatAndNothingElse() throws Exception {
    api.createSecret(Map.of("other", "kept", "tls.crt", "old"));
    store.refresh();

    store.write(Map.of(file("tls.crt"), "new", file("tls.key"), "key"));

    assertThat(api.secretData())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("other", "kept", "tls.crt", "new", "tls.key", "key"));
    Secret secret = api.secret();
    assertThat(secret.getMetadata().getAnnotations()).containsEntry("note", "mine");
    assertThat(secret.getType()).isEqualTo("kubernetes.io/tls");
    assertThat(mount).isEmptyDirectory();
  }

  @Test
  void theFirstOnesGoIntoASecretThatIsEmpty() throws Exception {
    api.createSecret(Map.of());
    store.refresh();

    PemStore.Undo undo = store.write(Map.of(file("tls.key"), "key"));

    assertThat(api.secretData()).isEqualTo(Map.of("tls.key", "key"));
    undo.run();
    assertThat(api.secretData()).isEmpty();
    assertThatThrownBy(() -> read("tls.key")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void whatIsWrittenIsReadBeforeTheVolumeShowsIt() throws Exception {
    api.createSecret(Map.of("tls.crt", "old"));
    project("tls.crt", "old");
    store.refresh();
    assertThat(read("tls.crt")).isEqualTo("old");

    PemStore.Undo undo = store.write(Map.of(file("tls.crt"), "new"));

    assertThat(read("tls.crt")).isEqualTo("new");
    undo.run();
    assertThat(read("tls.crt")).isEqualTo("old");
    assertThat(api.secretData()).isEqualTo(Map.of("tls.crt", "old"));
  }

  @Test
  void aNewProcessReadsWhatTheVolumeDoesNotShowYet() throws Exception {
    api.createSecret(Map.of("tls.crt", "new"));
    project("tls.crt", "old");
    assertThat(read("tls.crt")).isEqualTo("old");

    store.refresh();

    assertThat(read("tls.crt")).isEqualTo("new");
    project("tls.crt", "newer");
    assertThat(read("tls.crt")).isEqualTo("newer");
  }

  @Test
  void whatSomebodyPutsBackIsFoundWithinAMinute() throws Exception {
    api.createSecret(Map.of("tls.crt", "old"));
    project("tls.crt", "old");
    store.refresh();
    store.write(Map.of(file("tls.crt"), "new"));
    api.editSecret("tls.crt", "old");
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(59));
    assertThat(read("tls.crt")).isEqualTo("new");
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
    assertThat(read("tls.crt")).isEqualTo("old");
  }

  @Test
  void somebodyElsesChangeIsNotOverwritten() throws Exception {
    api.createSecret(Map.of("tls.crt", "old"));
    store.refresh();
    api.editSecret("tls.key", "theirs");

    assertThatThrownBy(() -> store.write(Map.of(file("tls.crt"), "new")))
        .isInstanceOf(ConfConflictException.class)
        .hasMessage("Secret iot/nanomq-tls was changed by somebody else");

    assertThat(api.secretData()).isEqualTo(Map.of("tls.crt", "old", "tls.key", "theirs"));
    store.refresh();
    store.write(Map.of(file("tls.crt"), "new"));
    assertThat(api.secretData()).isEqualTo(Map.of("tls.crt", "new", "tls.key", "theirs"));
  }

  @Test
  void aSecretThatIsNotThereIsNotMade() throws Exception {
    store.refresh();
    assertThatThrownBy(() -> store.write(Map.of(file("tls.crt"), "new")))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(ConfConflictException.class)
        .hasMessage("Secret iot/nanomq-tls is not there; make it with kubectl and try again");
    assertThat(api.secret()).isNull();
  }

  @Test
  void withoutTheRightToReadItTheMountCounts() throws Exception {
    api.createSecret(Map.of("tls.crt", "old"));
    project("tls.crt", "mounted");
    api.forbid("GET", "secrets");

    store.refresh();

    assertThat(read("tls.crt")).isEqualTo("mounted");
    assertThatThrownBy(() -> store.write(Map.of(file("tls.crt"), "new secret")))
        .hasMessageContaining("cannot be read: the service account needs the right to get it")
        .hasMessageNotContaining("new secret");
    assertThat(api.secretData()).isEqualTo(Map.of("tls.crt", "old"));
  }

  @Test
  void withoutTheRightToWriteNothingChanges() throws Exception {
    api.createSecret(Map.of("tls.crt", "old"));
    project("tls.crt", "old");
    api.forbid("PUT", "secrets");
    store.refresh();

    assertThatThrownBy(() -> store.write(Map.of(file("tls.crt"), "new secret")))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Secret iot/nanomq-tls cannot be written: the service account needs the right to update"
                + " it");

    assertThat(api.secretData()).isEqualTo(Map.of("tls.crt", "old"));
    assertThat(read("tls.crt")).isEqualTo("old");
  }

  @Test
  void withoutTheApiServerTheMountCounts() throws Exception {
    api.createSecret(Map.of("tls.crt", "old"));
    project("tls.crt", "mounted");
    api.link().cut();

    store.refresh();

    assertThat(read("tls.crt")).isEqualTo("mounted");
    assertThatThrownBy(() -> store.write(Map.of(file("tls.crt"), "new")))
        .hasMessageContaining("the API server does not answer");
  }

  @Test
  void onlyFilesOfTheMountCanBeWritten() {
    assertThatCode(() -> store.requireWritable(file("mine.pem"), Part.KEY, NONE))
        .doesNotThrowAnyException();
    assertThat(store.place(Part.KEY, Path.of("/x"))).isEqualTo(file("tls.key"));
    assertThat(store.place(Part.CERTIFICATE, Path.of("/x"))).isEqualTo(file("tls.crt"));
    assertThat(store.place(Part.AUTHORITIES, Path.of("/x"))).isEqualTo(file("ca.crt"));
    for (Path other :
        new Path[] {
          Path.of("/x/tls.key"), file("a/b"), file("..data"), file("a b"), mount, file("../x")
        }) {
      assertThatThrownBy(() -> store.requireWritable(other, Part.KEY, NONE))
          .as(other.toString())
          .isInstanceOf(ConfValueException.class)
          .hasMessageContaining("is not in " + mount);
    }
  }

  private Path file(String name) {
    return mount.resolve(name);
  }

  private void project(String name, String content) throws IOException {
    Files.writeString(file(name), content);
  }

  private String read(String name) throws IOException {
    return new String(store.read(file(name)), StandardCharsets.UTF_8);
  }
}
