package io.nanomq.kubernetes;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.nanomq.config.ConfChange;
import io.nanomq.config.ConfEvents;
import io.nanomq.config.ConfReport;
import io.nanomq.config.key.Effect;
import io.nanomq.config.setting.ConfProblem;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * {@code ConfigApplied}, {@code ConfigRejected}, {@code BridgeDown} and {@code BridgeUp} as
 * Kubernetes Events on the ConfigMap. They are sent by a thread of their own; while the API server
 * is away the newest few wait and older ones are lost, which is all that Events promise.
 */
final class KubernetesEvents implements ConfEvents, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(KubernetesEvents.class);

  /** What Kubernetes takes as an Event's message. */
  static final int MAX_MESSAGE = 1024;

  private static final int MAX_WAITING = 16;
  private static final int CLOSE_SECONDS = 2;
  private static final String COMPONENT = "nanomq";

  private final KubernetesClient client;
  private final Supplier<ObjectReference> about;
  private final String reporter;
  private final ThreadPoolExecutor sender;

  /**
   * @param about the ConfigMap as it was seen last
   * @param reporter the pod's name
   */
  KubernetesEvents(KubernetesClient client, Supplier<ObjectReference> about, String reporter) {
    this.client = client;
    this.about = about;
    this.reporter = reporter;
    this.sender =
        new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            task -> {
              Thread thread = new Thread(task, "nanomq-events");
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.DiscardOldestPolicy());
  }

  @Override
  public void told(ConfReport report) {
    if (report.isApplied()) {
      send("Normal", "ConfigApplied", appliedMessage(report), report.at());
    } else {
      rejected(report);
    }
  }

  private void rejected(ConfReport report) {
    String what =
        report.outcome() == ConfReport.Outcome.ROLLED_BACK
            ? "cannot be put in force and was taken back"
            : "is broken";
    String errors =
        report.problems().stream()
            .filter(ConfProblem::isError)
            .map(ConfProblem::toString)
            .collect(Collectors.joining("\n"));
    String message = "The document " + what + "; the one before goes on serving.\n" + errors;
    send("Warning", "ConfigRejected", message, report.at());
  }

  /**
   * A bridge has had no connection for longer than it should take, or has one again.
   *
   * @param error why it has none; empty where that is not known
   */
  void bridge(String name, boolean up, String error, Instant at) {
    if (up) {
      send("Normal", "BridgeUp", "Bridge " + name + " is connected again.", at);
    } else {
      String why = error.isEmpty() ? "." : ": " + error;
      send("Warning", "BridgeDown", "Bridge " + name + " has no connection" + why, at);
    }
  }

  private static String appliedMessage(ConfReport report) {
    String shortHash = report.hash().substring(0, Math.min(12, report.hash().length()));
    StringBuilder message = new StringBuilder("Document ").append(shortHash).append(" is in force");
    append(message, ", changed: ", report.changes(), change -> change.effect() != Effect.RESTART);
    append(message, "; needs a new pod: ", report.changes(), c -> c.effect() == Effect.RESTART);
    return message.toString();
  }

  private static void append(
      StringBuilder message, String head, List<ConfChange> changes, Predicate<ConfChange> which) {
    List<String> paths = changes.stream().filter(which).map(ConfChange::path).toList();
    if (!paths.isEmpty()) {
      message.append(head).append(String.join(", ", paths));
    }
  }

  private void send(String type, String reason, String message, Instant at) {
    sender.execute(
        () -> {
          try {
            Event event = event(type, reason, message, at);
            client.resource(event).create();
          } catch (KubernetesClientException e) {
            LOG.warnf("The Event %s could not be recorded: %s", reason, e.getMessage());
          }
        });
  }

  private Event event(String type, String reason, String message, Instant at) {
    ObjectReference object = about.get();
    String time = at.truncatedTo(ChronoUnit.SECONDS).toString();
    String shown =
        message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 3) + "...";
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(object.getNamespace())
        .withName(object.getName() + "." + UUID.randomUUID().toString().replace("-", ""))
        .endMetadata()
        .withInvolvedObject(object)
        .withType(type)
        .withReason(reason)
        .withMessage(shown)
        .withFirstTimestamp(time)
        .withLastTimestamp(time)
        .withCount(1)
        .withNewSource()
        .withComponent(COMPONENT)
        .endSource()
        .withReportingComponent(COMPONENT)
        .withReportingInstance(reporter)
        .build();
  }

  /** Sends what waits, if that takes no longer than two seconds. */
  @Override
  public void close() {
    sender.shutdown();
    try {
      if (!sender.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        sender.shutdownNow();
      }
    } catch (InterruptedException e) {
      sender.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
