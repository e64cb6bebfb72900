package io.nanomq.bridge;

import io.nanomq.loop.LoopConfined;

/** What one bridge has done since the broker started; counted and read on its loop. */
@LoopConfined
final class BridgeFigures {
  long sent;
  long sentBytes;
  long received;
  long receivedBytes;
  long reconnects;

  /** Messages for the other broker that were given up: no room, too large, QoS 0 offline. */
  long dropped;

  /** Messages that the other broker did not take. */
  long refused;

  /** Messages that were not sent, or not taken, since they would have gone round. */
  long looped;

  /** Messages from the other broker that were not published here. */
  long receivedDropped;
}
