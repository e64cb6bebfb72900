package io.nanomq.connection;

/**
 * What the listener is called that a socket came by. Shared by its sockets: a listener may get
 * another name while it is open, and any thread may ask.
 */
public final class ListenerName {
  private volatile String name;

  public ListenerName(String name) {
    this.name = name;
  }

  public String get() {
    return name;
  }

  public void set(String other) {
    name = other;
  }
}
