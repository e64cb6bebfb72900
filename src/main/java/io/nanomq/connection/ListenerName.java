package io.nanomq.connection;

import io.nanomq.config.model.ListenerTerms;
import io.nanomq.connection.topic.MountPoint;
import io.nanomq.limit.ListenerMeter;
import org.jspecify.annotations.Nullable;

/**
 * What the listener is called that a socket came by, and what its clients take of it. Shared by its
 * sockets: a listener may get another name while it is open, and any thread may ask.
 */
public final class ListenerName {
  private volatile String name;
  private final ListenerMeter meter;
  private final @Nullable MountPoint mountPoint;

  public ListenerName(String name) {
    this(name, ListenerTerms.NONE);
  }

  public ListenerName(String name, ListenerTerms terms) {
    this.name = name;
    this.meter = new ListenerMeter(terms.limits());
    this.mountPoint = terms.mountPoint().isEmpty() ? null : new MountPoint(terms.mountPoint());
  }

  /** What stands before its clients' topics; null = nothing does. */
  @Nullable MountPoint mountPoint() {
    return mountPoint;
  }

  /** The same in words; empty = nothing does. */
  String mountPointText() {
    return mountPoint == null ? "" : mountPoint.text();
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
