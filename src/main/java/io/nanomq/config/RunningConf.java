package io.nanomq.config;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The configuration that the process runs now. Any thread may ask: the record is immutable and
 * swapped whole, so that two values read from one {@link #current()} always belong together.
 */
@Singleton
public class RunningConf {
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile NanomqConf current;

  @Inject
  public RunningConf(NanomqConf started) {
    current = started;
  }

  public NanomqConf current() {
    return current;
  }

  /** Puts {@code next} in force for everybody who asks from now on. */
  public void replace(NanomqConf next) {
    current = next;
    listeners.forEach(Runnable::run);
  }

  /** Calls {@code listener} after each change, by the thread that made it; it may not block. */
  public void whenReplaced(Runnable listener) {
    listeners.add(listener);
  }
}
