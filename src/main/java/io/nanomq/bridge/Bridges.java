package io.nanomq.bridge;

import io.nanomq.codec.UnfinishedBytes;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.model.MqttConf;
import io.nanomq.event.BrokerIdentity;
import io.nanomq.loop.LoopContext;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.queue.HeldMessages;
import io.nanomq.router.TopicTree;
import io.nanomq.session.LoopServices;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * All bridges of the broker. Shared: what it holds is changed under its lock; what a bridge does is
 * done by tasks on its loop, in the order of the calls.
 */
public final class Bridges implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Bridges.class);

  private final BridgeContext[] contexts;
  private final RemoteNetwork network;
  private final Map<String, Placed> bridges = new LinkedHashMap<>();

  /**
   * @param parts what acts on each loop, by its index
   * @param held what messages cost that are kept on each loop
   * @param unfinished bounds what all connections keep of packets that have not come as a whole
   * @param network how sockets are opened; closed with the bridges
   * @param live limits as they are now
   * @param identity what this broker is called among bridges
   */
  public Bridges(
      LoopServices[] parts,
      HeldMessages[] held,
      TopicTree tree,
      UnfinishedBytes unfinished,
      RemoteNetwork network,
      Supplier<MqttConf> live,
      BrokerIdentity identity) {
    this.network = network;
    contexts = new BridgeContext[parts.length];
    for (int i = 0; i < parts.length; i++) {
      contexts[i] =
          new BridgeContext(
              parts[i].loop(),
              parts[i].publisher(),
              tree,
              held[i],
              unfinished,
              network,
              live,
              identity,
              parts[i].events(),
              parts[i].store(),
              parts[i].numbers());
    }
  }

  /**
   * A bridge with the configuration that it has, or is about to have.
   *
   * @param conf null = it is not in force yet
   */
  private record Placed(
      LoopContext loop, CompletableFuture<Bridge> bridge, @Nullable BridgeConf conf) {
    /** Has something done on its loop, behind all that was asked for before. */
    CompletableFuture<Void> then(Consumer<Bridge> step) {
      return bridge.thenAcceptAsync(step, loop.eventLoop());
    }
  }

  /**
   * Brings back what an earlier process had for other brokers: from now on the bridges take what is
   * published, but nothing is connected before {@link #apply}.
   *
   * @param left sessions of bridges
   */
  public synchronized CompletionStage<Void> restore(
      List<RecoveredSession> left, List<BridgeConf> wanted) {
    Map<String, RecoveredSession> newest = new HashMap<>();
    left.stream()
        .sorted(Comparator.comparingLong(RecoveredSession::number))
        .map(session -> newest.put(name(session), session))
        .forEach(this::forget);
    List<CompletableFuture<Void>> steps = new ArrayList<>();
    for (BridgeConf conf : wanted) {
      Placed placed = place(conf, newest.remove(conf.name()));
      bridges.put(conf.name(), new Placed(placed.loop(), placed.bridge(), null));
      steps.add(placed.then(Bridge::subscribe));
    }
    newest.values().forEach(this::forget);
    return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
  }

  private static String name(RecoveredSession session) {
    return session.record().connect().clientId();
  }

  /** It is not in the configuration any more. */
  private void forget(@Nullable RecoveredSession left) {
    if (left != null) {
      BridgeContext first = contexts[0];
      first.loop().eventLoop().execute(() -> first.store().sessionEnded(left.number()));
      LOG.warnf("Bridge %s is gone, and so is what waited for it", name(left));
    }
  }

  /** Opens, changes and removes those that differ; the others are not touched. */
  public synchronized CompletionStage<Void> apply(List<BridgeConf> wanted) {
    List<CompletableFuture<Void>> steps = new ArrayList<>();
    Map<String, Placed> before = new LinkedHashMap<>(bridges);
    bridges.clear();
    for (BridgeConf conf : wanted) {
      Placed old = before.remove(conf.name());
      if (old != null && conf.equals(old.conf())) {
        bridges.put(conf.name(), old);
      } else {
        Placed now = old == null ? place(conf, null) : new Placed(old.loop(), old.bridge(), conf);
        bridges.put(conf.name(), now);
        steps.add(now.then(bridge -> bridge.apply(conf)));
      }
    }
    before.values().forEach(gone -> steps.add(gone.then(Bridge::remove)));
    return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
  }

  private Placed place(BridgeConf conf, @Nullable RecoveredSession left) {
    BridgeContext context = contexts[Math.floorMod(conf.name().hashCode(), contexts.length)];
    LoopContext loop = context.loop();
    return new Placed(
        loop,
        CompletableFuture.supplyAsync(() -> new Bridge(conf, context, left), loop.eventLoop()),
        conf);
  }

  /** What all are at, in the order of the configuration. */
  public synchronized CompletionStage<List<BridgeStatus>> status() {
    List<CompletableFuture<BridgeStatus>> parts = new ArrayList<>();
    for (Placed placed : bridges.values()) {
      parts.add(placed.bridge().thenApplyAsync(Bridge::status, placed.loop().eventLoop()));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
  }

  /** What all were at a moment ago, at most a second, for whoever cannot wait. */
  public synchronized List<BridgeStatus> latest() {
    List<BridgeStatus> all = new ArrayList<>();
    for (Placed placed : bridges.values()) {
      Bridge bridge = placed.bridge().getNow(null);
      BridgeStatus status = bridge == null ? null : bridge.latest();
      if (status != null) {
        all.add(status);
      }
    }
    return all;
  }

  /** The same as numbers, by the ends of their topics below {@code $SYS/brokers/<node>}. */
  public Map<String, Integer> gauges() {
    Map<String, Integer> gauges = new LinkedHashMap<>();
    for (BridgeStatus status : latest()) {
      String name = "bridges/" + status.conf().name().replaceAll("[/+#]", "_");
      gauges.put(name + "/connected", status.state() == BridgeStatus.State.CONNECTED ? 1 : 0);
      gauges.put(name + "/queued", status.queued());
      gauges.put(name + "/reconnects", (int) status.counts().reconnects());
    }
    return gauges;
  }

  /** Ends all connections; what is published waits. */
  public synchronized CompletionStage<Void> disconnect() {
    return onAll(Bridge::disconnect);
  }

  /** Ends all with the process; done when their sockets are told. */
  public synchronized CompletionStage<Void> stop() {
    CompletionStage<Void> stopped = onAll(Bridge::stop);
    bridges.clear();
    return stopped;
  }

  private CompletionStage<Void> onAll(Consumer<Bridge> step) {
    return CompletableFuture.allOf(
        bridges.values().stream().map(one -> one.then(step)).toArray(CompletableFuture[]::new));
  }

  @Override
  public void close() {
    network.close();
  }
}
