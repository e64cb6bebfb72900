package io.nanomq.control;

import io.nanomq.config.LoadedConf;
import io.nanomq.config.StoreChoice;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.store.ConfStore;
import io.nanomq.config.store.FileConfStore;
import io.nanomq.config.store.StoredConf;
import io.nanomq.kubernetes.Cluster;
import io.nanomq.kubernetes.UserSecrets;
import io.nanomq.tls.FilePemStore;
import io.nanomq.tls.PemStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way to the main document: a file, or a connection to the cluster that has it, which is open
 * until this is closed. All methods may block.
 */
public final class ConfSource implements AutoCloseable {
  private final ConfInputs inputs;
  private final StoreChoice choice;
  private final @Nullable Cluster cluster;

  private ConfSource(ConfInputs inputs, StoreChoice choice, @Nullable Cluster cluster) {
    this.inputs = inputs;
    this.choice = choice;
    this.cluster = cluster;
  }

  /**
   * @throws ConfException where the inputs do not say clearly where the document is
   */
  public static ConfSource open(ConfInputs inputs) throws ConfException {
    StoreChoice choice =
        StoreChoice.of(inputs.arguments().toArray(String[]::new), inputs.environment());
    if (!choice.isConfigMap()) {
      return new ConfSource(inputs, choice, null);
    }
    try {
      return new ConfSource(inputs, choice, Cluster.open(choice, inputs.environment()));
    } catch (IOException e) {
      throw failure("ConfigMap " + choice.configMap(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * The configuration as it is stored now.
   *
   * @throws ConfException where it is broken, cannot be read or, in a cluster, is not there: a
   *     broker never starts more open than it was told
   */
  public LoadedConf load() throws ConfException {
    if (cluster == null) {
      return inputs.load(Map.of(), null);
    }
    ConfStore store = cluster.store();
    try {
      StoredConf stored = store.read();
      if (stored.version().equals(ConfStore.ABSENT)) {
        throw failure(store.name(), "is not there, or has no " + StoreChoice.DOCUMENT);
      }
      return inputs.load(Map.<Path, byte[]>of(choice.document(), stored.bytes()), null);
    } catch (IOException e) {
      throw failure(store.name(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Holds a configuration against this machine: certificates, keys, addresses.
   *
   * @return all warnings, those of the documents included
   * @throws ConfException where there are errors, with the warnings beside them
   */
  public List<ConfProblem> check(LoadedConf loaded) throws ConfException {
    PemStore pems = pems();
    pems.refresh();
    List<ConfProblem> problems = new ArrayList<>(loaded.warnings());
    problems.addAll(inputs.check(loaded, Clock.systemUTC(), pems));
    if (problems.stream().anyMatch(ConfProblem::isError)) {
      throw new ConfException(problems);
    }
    return problems;
  }

  private static ConfException failure(String source, String reason) {
    return new ConfException(ConfProblem.in(source, reason, ""));
  }

  /** What keeps the main document; empty where it is a file. */
  public Optional<ConfStore> store() {
    return Optional.ofNullable(cluster).map(Cluster::store);
  }

  /**
   * A document beside the main one.
   *
   * @param folder of the main document, where that is a file
   */
  ConfStore beside(String name, Path folder) {
    return cluster == null ? new FileConfStore(folder.resolve(name)) : cluster.document(name);
  }

  /** Users of MQTT in the cluster; empty where the document is a file. */
  Optional<UserSecrets> userSecrets() {
    return Optional.ofNullable(cluster).map(Cluster::users);
  }

  /** What keeps keys and certificates that come through the API. */
  PemStore pems() {
    return cluster == null ? new FilePemStore() : cluster.pems();
  }

  /** The cluster that has the document; empty where that is a file. */
  Optional<Cluster> cluster() {
    return Optional.ofNullable(cluster);
  }

  @Override
  public void close() {
    if (cluster != null) {
      cluster.close();
    }
  }
}
