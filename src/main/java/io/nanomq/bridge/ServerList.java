package io.nanomq.bridge;

import io.nanomq.loop.LoopConfined;
import java.util.List;

/** Addresses of the other broker, of which one is tried after the other. */
@LoopConfined
final class ServerList {
  private final List<String> servers;
  private int index;

  ServerList(List<String> servers) {
    this.servers = servers;
  }

  /**
   * The one whose turn it is.
   *
   * @throws IllegalArgumentException where there is none
   */
  String now() {
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("there is no address");
    }
    return servers.get(index);
  }

  /** The same, for people; empty where there is none. */
  String shown() {
    return servers.isEmpty() ? "" : now();
  }

  /** The one that is preferred to the others. */
  String first() {
    return servers.get(0);
  }

  /** Whether the one whose turn it is is not the preferred one. */
  boolean isElsewhere() {
    return index > 0;
  }

  /** The preferred one is there again. */
  void back() {
    index = 0;
  }

  /** That one failed. */
  void next() {
    index = servers.isEmpty() ? 0 : (index + 1) % servers.size();
  }
}
