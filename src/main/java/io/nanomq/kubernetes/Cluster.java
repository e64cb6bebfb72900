package io.nanomq.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.nanomq.config.ConfEvents;
import io.nanomq.config.StoreChoice;
import io.nanomq.config.store.ConfStore;
import io.nanomq.tls.NoPemStore;
import io.nanomq.tls.PemStore;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The connection to the cluster that has the configuration. Where the API server is, and who we
 * are, is found as kubectl finds it: the pod's service account, KUBECONFIG, ~/.kube/config.
 *
 * <p>It has one event loop of its own: answers are parsed on it, and a ConfigMap of a megabyte
 * would stall a loop that serves clients.
 */
public final class Cluster implements AutoCloseable {
  private static final int CONNECT_MILLIS = 3_000;
  private static final int REQUEST_MILLIS = 5_000;

  /** After the first attempt, each after twice the pause of the one before, from 100 ms. */
  private static final int RETRIES = 3;

  private static final int CLOSE_SECONDS = 5;

  private final Vertx vertx;
  private final KubernetesClient client;
  private final ConfigMapConfStore store;
  private final PemStore pems;
  private final KubernetesEvents events;

  private Cluster(
      Vertx vertx,
      KubernetesClient client,
      ConfigMapConfStore store,
      PemStore pems,
      String reporter) {
    this.vertx = vertx;
    this.client = client;
    this.store = store;
    this.pems = pems;
    this.events = new KubernetesEvents(client, store::reference, reporter);
  }

  /**
   * Makes the connection ready; nothing is asked yet.
   *
   * @param environment says the pod's name in HOSTNAME, for Events
   * @throws IOException where no namespace is configured and none can be found
   */
  public static Cluster open(StoreChoice choice, Map<String, String> environment)
      throws IOException {
    Vertx vertx = Vertx.vertx(options());
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(config())
            .withHttpClientFactory(WholeAnswers.factory(vertx, REQUEST_MILLIS))
            .build();
    String namespace = choice.namespace().isEmpty() ? client.getNamespace() : choice.namespace();
    if (namespace == null) {
      client.close();
      vertx.close();
      throw new IOException(
          "The namespace of ConfigMap " + choice.configMap() + " is unknown: set config.namespace");
    }
    return new Cluster(
        vertx,
        client,
        new ConfigMapConfStore(client, namespace, choice.configMap()),
        choice.secret().isEmpty()
            ? new NoPemStore()
            : new SecretPemStore(client, namespace, choice.secret(), choice.secretPath()),
        environment.getOrDefault("HOSTNAME", "nanomq"));
  }

  private static VertxOptions options() {
    return new VertxOptions()
        .setEventLoopPoolSize(1)
        .setWorkerPoolSize(1)
        .setInternalBlockingPoolSize(1)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  private static Config config() {
    return new ConfigBuilder(Config.autoConfigure(null))
        .withConnectionTimeout(CONNECT_MILLIS)
        .withRequestTimeout(REQUEST_MILLIS)
        .withRequestRetryBackoffLimit(RETRIES)
        .build();
  }

  /** The document; valid until this is closed. */
  public ConfStore store() {
    return store;
  }

  /** A document beside it; valid until this is closed. */
  public ConfStore document(String name) {
    return store.beside(name);
  }

  /** Users of MQTT, each a Secret; valid until this is closed. */
  public UserSecrets users() {
    return new UserSecrets(client, store.namespace());
  }

  /** Keys and certificates; valid until this is closed. */
  public PemStore pems() {
    return pems;
  }

  /** Events on the ConfigMap; valid until this is closed. */
  public ConfEvents events() {
    return events;
  }

  /**
   * Tells of a bridge that stays down, or is up again; does not wait.
   *
   * @param error why it is down; empty where that is not known
   */
  public void bridge(String name, boolean up, String error, Instant at) {
    events.bridge(name, up, error, at);
  }

  @Override
  public void close() {
    events.close();
    client.close();
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("The connection to the cluster does not close", e);
    }
  }
}
