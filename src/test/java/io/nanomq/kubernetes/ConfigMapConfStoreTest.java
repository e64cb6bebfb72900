package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nanomq.config.store.ConfConflictException;
import io.nanomq.config.store.ConfStore;
import io.nanomq.config.store.StoredConf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConfigMapConfStoreTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final List<String> told = new CopyOnWriteArrayList<>();
  private ApiServer api;
  private KubernetesClient client;
  private ConfigMapConfStore store;

  @BeforeEach
  void start() {
    api = new ApiServer();
    client = api.client();
    store = new ConfigMapConfStore(client, ApiServer.NAMESPACE, ApiServer.NAME);
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void reads() throws Exception {
    assertThat(store.name()).isEqualTo("ConfigMap iot/nanomq");
    assertThat(store.read()).isEqualTo(new StoredConf(ConfStore.ABSENT, new byte[0]));

    api.create("msq_len=1\n# größer\n");

    StoredConf stored = store.read();
    assertThat(stored.bytes()).isEqualTo(bytes("msq_len=1\n# größer\n"));
    assertThat(stored.version()).isEqualTo(stored.hash());
  }

  @Test
  void aMapWithoutTheDocumentHasNone() throws Exception {
    api.operator()
        .resource(new ConfigMapBuilder(ApiServer.map("")).withData(null).build())
        .create();
    assertThat(store.read().version()).isEqualTo(ConfStore.ABSENT);

    store.write(ConfStore.ABSENT, bytes("msq_len=1\n"));

    assertThat(api.document()).isEqualTo("msq_len=1\n");
  }

  @Test
  void bytesThatAreNoTextAreReadForTheParserToRefuse() throws Exception {
    api.operator()
        .resource(
            new ConfigMapBuilder(ApiServer.map(""))
                .withData(null)
                .addToBinaryData("nanomq.conf", Base64.getEncoder().encodeToString(new byte[] {-1}))
                .build())
        .create();
    StoredConf stored = store.read();
    assertThat(stored.bytes()).containsExactly(-1);

    store.write(stored.version(), bytes("msq_len=1\n"));

    assertThat(api.document()).isEqualTo("msq_len=1\n");
    assertThat(api.map().getBinaryData()).isNullOrEmpty();
  }

  @Test
  void writesTheDocumentAndNothingElse() throws Exception {
    api.create("msq_len=1\n");
    api.annotate("mine");

    StoredConf written = store.write(store.read().version(), bytes("msq_len=2\n"));

    assertThat(store.read()).isEqualTo(written);
    assertThat(api.document()).isEqualTo("msq_len=2\n");
    assertThat(api.map().getData()).containsEntry("other", "kept").hasSize(2);
    assertThat(api.map().getMetadata().getAnnotations()).containsEntry("note", "mine");
  }

  @Test
  void somebodyElsesEditIsNotOverwritten() throws Exception {
    api.create("msq_len=1\n");
    String version = store.read().version();
    api.edit("msq_len=2\n");

    assertThatThrownBy(() -> store.write(version, bytes("msq_len=3\n")))
        .isInstanceOf(ConfConflictException.class)
        .hasMessage("ConfigMap iot/nanomq was changed by somebody else");
    assertThat(api.document()).isEqualTo("msq_len=2\n");
  }

  @Test
  void aChangeOfOtherThingsIsNoConflict() throws Exception {
    api.create("msq_len=1\n");
    String version = store.read().version();
    api.annotate("mine");

    store.write(version, bytes("msq_len=2\n"));

    assertThat(api.document()).isEqualTo("msq_len=2\n");
    assertThat(api.map().getMetadata().getAnnotations()).containsEntry("note", "mine");
  }

  /** Everybody reads, adds a line and writes; who meets a conflict begins anew. */
  @Test
  void noEditOfManyAtOnceIsLost() throws Exception {
    api.create("");
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int writer = 0; writer < 4; writer++) {
      String line = "# " + writer + "\n";
      writers.add(CompletableFuture.runAsync(() -> add(line)));
    }
    CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    assertThat(api.document().lines()).containsExactlyInAnyOrder("# 0", "# 1", "# 2", "# 3");
  }

  private void add(String line) {
    try (KubernetesClient own = api.client()) {
      ConfStore mine = new ConfigMapConfStore(own, ApiServer.NAMESPACE, ApiServer.NAME);
      while (true) {
        StoredConf read = mine.read();
        try {
          String text = new String(read.bytes(), StandardCharsets.UTF_8) + line;
          mine.write(read.version(), bytes(text));
          return;
        } catch (ConfConflictException e) {
          // read again
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aDeletedMapIsNotMadeAnew() throws Exception {
    api.create("msq_len=1\n");
    String version = store.read().version();
    api.delete();

    assertThatThrownBy(() -> store.write(version, bytes("msq_len=2\n")))
        .isInstanceOf(ConfConflictException.class);
    assertThatThrownBy(() -> store.write(ConfStore.ABSENT, bytes("msq_len=2\n")))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(ConfConflictException.class)
        .hasMessageContaining("is not there; make it with kubectl");
    assertThat(api.map()).isNull();
  }

  @Test
  void whatNoConfigMapTakesIsRefusedBeforeItIsSent() throws Exception {
    api.create("msq_len=1\n");
    String version = store.read().version();

    assertThatThrownBy(() -> store.write(version, new byte[ConfigMapConfStore.MAX_BYTES + 1]))
        .hasMessageContaining("takes 1048576 bytes at most");
    assertThatThrownBy(() -> store.write(version, new byte[] {-1}))
        .hasMessageContaining("takes text in UTF-8 only");
    assertThat(api.document()).isEqualTo("msq_len=1\n");
  }

  @Test
  void withoutTheApiServerThingsFailClearly() throws Exception {
    api.create("msq_len=1\n");
    String version = store.read().version();
    api.link().cut();

    assertThatThrownBy(() -> store.read())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "ConfigMap iot/nanomq cannot be read: the API server does not answer (");
    assertThatThrownBy(() -> store.write(version, bytes("msq_len=2\n")))
        .isInstanceOf(IOException.class);
    api.link().restore();
    await().atMost(LONG).ignoreExceptions().until(() -> store.read().version().equals(version));
  }

  @Test
  void changesAreToldOnce() throws Exception {
    api.create("msq_len=1\n");
    store.read();
    try (ConfStore.Watch watch = store.watch(this::told)) {
      api.edit("msq_len=2\n");
      awaitTold("msq_len=2\n");
      api.annotate("no change of the document");
      store.write(store.read().version(), bytes("msq_len=3\n"));
      awaitTold("msq_len=2\n", "msq_len=3\n");
    }
    api.edit("msq_len=4\n");
    try (ConfStore.Watch other = store.watch(this::told)) {
      // Its first call shows that the one that was closed has had every chance of its own.
      awaitTold("msq_len=2\n", "msq_len=3\n", "msq_len=4\n");
    }
  }

  @Test
  void deletionAndCreationAreTold() throws Exception {
    api.create("msq_len=1\n");
    store.read();
    try (ConfigMapWatch watch = store.watch(this::told)) {
      // The mock does not tell a new watch of what was deleted; a real API server does.
      await().until(watch::isWatching);
      api.delete();
      awaitTold("absent");
      api.create("msq_len=2\n");
      awaitTold("absent", "msq_len=2\n");
    }
  }

  @Test
  void aDeletionBeforeTheWatchIsToldToo() throws Exception {
    api.create("msq_len=1\n");
    store.read();
    api.delete();
    try (ConfStore.Watch watch = store.watch(this::told)) {
      awaitTold("absent");
    }
  }

  @Test
  void aListenerThatFailsIsCalledAgain() throws Exception {
    api.create("msq_len=1\n");
    store.read();
    try (ConfStore.Watch watch =
        store.watch(
            stored -> {
              told(stored);
              throw new IllegalStateException("a listener that fails");
            })) {
      api.edit("msq_len=2\n");
      awaitTold("msq_len=2\n");
      api.edit("msq_len=3\n");
      awaitTold("msq_len=2\n", "msq_len=3\n");
    }
  }

  @Test
  void aWatchThatEndsBeginsAnew() throws Exception {
    api.create("msq_len=1\n");
    store.read();
    try (ConfStore.Watch watch = store.watch(this::told)) {
      for (int round = 2; round < 5; round++) {
        api.edit("msq_len=" + round + "\n");
        awaitLast("msq_len=" + round + "\n");
        api.link().endConnections();
      }
    }
  }

  @Test
  void whatHappensWhileTheApiServerIsAwayIsToldWhenItIsBack() throws Exception {
    api.create("msq_len=1\n");
    store.read();
    try (ConfStore.Watch watch = store.watch(this::told)) {
      api.edit("msq_len=2\n");
      awaitTold("msq_len=2\n");
      api.link().cut();
      api.delete();
      api.create("msq_len=3\n");
      assertThatThrownBy(() -> store.read()).isInstanceOf(IOException.class);
      api.link().restore();
      awaitLast("msq_len=3\n");
    }
  }

  /** Twenty minutes, in a five hundredth of the time: that is how much shorter each pause is. */
  @Test
  void theApiServerIsAwayForMinutes() throws Exception {
    int times = 500;
    long longestPause = 32_000 / times;
    api.create("msq_len=1\n");
    try (KubernetesClient hasty = api.hastyClient(times);
        ConfStore.Watch watch =
            new ConfigMapConfStore(hasty, ApiServer.NAMESPACE, ApiServer.NAME).watch(this::told)) {
      awaitTold("msq_len=1\n");
      api.link().refuse();
      api.edit("msq_len=2\n");
      long start = System.nanoTime();
      await().atMost(LONG).until(() -> sinceMillis(start) > 20 * 60_000 / times);

      // A slow machine makes the pauses longer than they are meant to be.
      long steady = steady(start);
      assertThat(steady).isLessThan(sinceMillis(start) / longestPause * 3);
      await().atMost(LONG).until(() -> steady(start) > steady + 3);
      api.link().restore();
      awaitTold("msq_len=1\n", "msq_len=2\n");
    }
  }

  /** Attempts after the first minutes. */
  private long steady(long start) {
    return api.link().attempts().stream()
        .filter(at -> TimeUnit.NANOSECONDS.toMillis(at - start) > 1_000)
        .count();
  }

  private static long sinceMillis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  @Test
  void aWatchThatBeginsWithoutTheApiServerFindsItLater() throws Exception {
    api.create("msq_len=1\n");
    api.link().cut();
    try (ConfStore.Watch watch = store.watch(this::told)) {
      assertThatThrownBy(() -> store.read()).isInstanceOf(IOException.class);
      api.link().restore();
      awaitTold("msq_len=1\n");
    }
  }

  private void told(StoredConf stored) {
    told.add(
        stored.version().equals(ConfStore.ABSENT)
            ? "absent"
            : new String(stored.bytes(), StandardCharsets.UTF_8));
  }

  private void awaitTold(String... documents) {
    await().atMost(LONG).untilAsserted(() -> assertThat(told).containsExactly(documents));
  }

  private void awaitLast(String document) {
    await().atMost(LONG).untilAsserted(() -> assertThat(told).endsWith(document));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
