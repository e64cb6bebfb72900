package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nanomq.config.ConfChange;
import io.nanomq.config.ConfReport;
import io.nanomq.config.ConfReport.Outcome;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.Layer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KubernetesEventsTest {
  private static final Instant AT = Instant.parse("2026-11-23T01:02:03.456Z");

  private ApiServer api;
  private KubernetesClient client;
  private ConfigMapConfStore store;
  private KubernetesEvents events;

  @BeforeEach
  void start() {
    api = new ApiServer();
    client = api.client();
    store = new ConfigMapConfStore(client, ApiServer.NAMESPACE, ApiServer.NAME);
    events = new KubernetesEvents(client, store::reference, "nanomq-0");
  }

  @AfterEach
  void stop() {
    events.close();
    client.close();
    api.close();
  }

  @Test
  void whatIsAppliedIsOnTheConfigMap() throws Exception {
    api.create("msq_len=1\n");
    store.read();
    events.told(
        report(
            Outcome.APPLIED,
            List.of(change("mqtt.max_mqueue_len"), change("system.num_taskq_thread")),
            List.of()));

    Event event = one();
    assertThat(event.getInvolvedObject().getKind()).isEqualTo("ConfigMap");
    assertThat(event.getInvolvedObject().getName()).isEqualTo("nanomq");
    assertThat(event.getInvolvedObject().getUid()).isEqualTo(api.map().getMetadata().getUid());
    assertThat(event.getType()).isEqualTo("Normal");
    assertThat(event.getReason()).isEqualTo("ConfigApplied");
    assertThat(event.getMessage())
        .isEqualTo(
            "Document 0123456789ab is in force, changed: mqtt.max_mqueue_len;"
                + " needs a new pod: system.num_taskq_thread");
    assertThat(event.getFirstTimestamp()).isEqualTo("2026-11-23T01:02:03Z");
    assertThat(event.getReportingInstance()).isEqualTo("nanomq-0");
  }

  @Test
  void whatIsRejectedSaysWhy() {
    ConfProblem problem =
        ConfProblem.in("configmap/nanomq/nanomq.conf", "is broken", "a mended one");
    events.told(report(Outcome.REJECTED, List.of(), List.of(problem)));

    Event event = one();
    assertThat(event.getType()).isEqualTo("Warning");
    assertThat(event.getReason()).isEqualTo("ConfigRejected");
    assertThat(event.getMessage())
        .startsWith("The document is broken; the one before goes on serving.")
        .endsWith("configmap/nanomq/nanomq.conf: is broken; right would be a mended one");
  }

  @Test
  void aBridgeThatStaysDownIsToldOnTheConfigMap() throws Exception {
    api.create("msq_len=1\n");
    store.read();
    events.bridge("hub", false, "Connection refused", AT);

    Event event = one();
    assertThat(event.getInvolvedObject().getName()).isEqualTo("nanomq");
    assertThat(event.getType()).isEqualTo("Warning");
    assertThat(event.getReason()).isEqualTo("BridgeDown");
    assertThat(event.getMessage()).isEqualTo("Bridge hub has no connection: Connection refused");
    events.bridge("hub", true, "Connection refused", AT);
    await().until(() -> api.events().size() == 2);
    assertThat(api.events())
        .anySatisfy(
            up -> {
              assertThat(up.getType()).isEqualTo("Normal");
              assertThat(up.getReason()).isEqualTo("BridgeUp");
              assertThat(up.getMessage()).isEqualTo("Bridge hub is connected again.");
            });
  }

  @Test
  void aLongReportIsCut() {
    ConfProblem problem = ConfProblem.in("nanomq.conf", "is broken ".repeat(1000), "");
    events.told(report(Outcome.ROLLED_BACK, List.of(), List.of(problem)));

    assertThat(one().getMessage())
        .hasSize(KubernetesEvents.MAX_MESSAGE)
        .contains("was taken back")
        .endsWith("...");
  }

  @Test
  void anApiServerThatIsAwayIsNoFailure() {
    api.link().cut();
    events.told(report(Outcome.APPLIED, List.of(), List.of()));
    api.link().restore();
    await()
        .untilAsserted(
            () -> {
              events.told(report(Outcome.APPLIED, List.of(), List.of()));
              assertThat(api.events()).isNotEmpty();
            });
  }

  private Event one() {
    await().until(() -> api.events().size() == 1);
    return api.events().get(0);
  }

  private static ConfReport report(
      Outcome outcome, List<ConfChange> changes, List<ConfProblem> problems) {
    return new ConfReport(AT, "watch", outcome, "0123456789abcdef", changes, problems, 1);
  }

  private static ConfChange change(String path) {
    var key =
        KeyTable.get().keys().stream().filter(k -> k.id().equals(path)).findFirst().orElseThrow();
    var origin = new ConfOrigin(Layer.FILE, "nanomq.conf", 1, 1, path, Syntax.HOCON);
    return new ConfChange(path, key, "1", "2", origin);
  }
}
