package io.nanomq.bridge.queue;

/** How much the other broker takes before it has acknowledged some of it. */
public interface LinkWindow {
  /** Highest QoS that it takes. */
  int maximumQos();

  /** Messages of QoS 1 and 2 that may be on their way at once. */
  int window();

  /** How many of them may be of QoS 2. */
  int windowQos2();
}
