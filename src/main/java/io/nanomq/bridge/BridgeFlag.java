package io.nanomq.bridge;

import io.nanomq.loop.LoopConfined;

/**
 * Whether a bridge says in CONNECT of MQTT 3.1 and 3.1.1 that it is one, by bit 7 of the protocol
 * level. A broker that knows it sends nothing back that came from the bridge, and RETAIN as it was
 * published; one that does not refuses the version, or closes the connection: then it is asked
 * without, and with it again, until it lets the bridge in. What it let in stays.
 */
@LoopConfined
final class BridgeFlag {
  private final boolean isOld;
  private boolean plain;
  private boolean known;

  /**
   * @param version of MQTT, 3 to 5
   */
  BridgeFlag(int version) {
    isOld = version < 5;
  }

  boolean saysBridge() {
    return isOld && !plain;
  }

  /** The other broker has let the bridge in. */
  void accepted() {
    known = true;
  }

  /** The other broker has ended the connection before it let the bridge in. */
  void refused() {
    if (!known) {
      plain = !plain;
    }
  }
}
