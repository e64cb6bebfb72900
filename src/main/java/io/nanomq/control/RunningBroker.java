package io.nanomq.control;

import io.nanomq.Broker;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The broker while it runs. Set and cleared by the lifecycle of the process; any thread may ask,
 * since the reference is volatile and the broker's own surface is thread-safe.
 */
@Singleton
public class RunningBroker {
  private final Iterable<BeforeStart> preparations;
  private volatile @Nullable Broker broker;
  private volatile String phase = "starting";
  private volatile boolean isStopping;

  @Inject
  public RunningBroker(@Any Instance<BeforeStart> preparations) {
    this.preparations = preparations;
  }

  /**
   * Has everything told to a broker that it has to know before it starts.
   *
   * @throws IOException where something of it cannot be read
   */
  public void prepare(Broker starting) throws IOException {
    for (BeforeStart each : preparations) {
      each.prepare(starting);
    }
  }

  public Optional<Broker> find() {
    return Optional.ofNullable(broker);
  }

  /**
   * The broker.
   *
   * @throws IllegalStateException while the process starts or stops
   */
  public Broker get() {
    return find().orElseThrow(() -> new IllegalStateException("The broker is not running"));
  }

  public void set(@Nullable Broker running) {
    broker = running;
    phase = running == null ? "stopping" : "running";
  }

  /** What the process is at while there is none, for who asks whether it is ready. */
  public void phase(String now) {
    phase = now;
  }

  public String phase() {
    return phase;
  }

  /** From here on what belongs to the broker ends, piece by piece. */
  public void stopping() {
    isStopping = true;
  }

  /** Whether the process is about to end. */
  public boolean isStopping() {
    return isStopping;
  }
}
