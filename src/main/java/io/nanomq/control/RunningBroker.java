package io.nanomq.control;

import io.nanomq.Broker;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The broker while it runs. Set and cleared by the lifecycle of the process; any thread may ask,
 * since the reference is volatile and the broker's own surface is thread-safe.
 */
@Singleton
public class RunningBroker {
  private volatile @Nullable Broker broker;

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
  }
}
