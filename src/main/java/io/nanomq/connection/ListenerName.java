package io.nanomq.connection;

import io.nanomq.config.model.ListenerTerms;
import io.nanomq.limit.ListenerMeter;

/**
 * What the listener is called that a socket came by, and what its clients take of it. Shared by its
 * sockets: a listener may get another name while it is open, and any thread may ask.
 */
public final class ListenerName {
  private volatile String name;
  private final ListenerMeter meter;

  public ListenerName(String name) {
    this(name, new ListenerMeter(ListenerTerms.Limits.NONE));
  }

  public ListenerName(String name, ListenerMeter meter) {
    this.name = name;
    this.meter = meter;
  }

  public ListenerMeter meter() {
    return meter;
  }

  public String get() {
    return name;
  }

  public void set(String other) {
    name = other;
  }
}
