package io.nanomq.metrics;

import java.util.List;

/**
 * What the messages cost that wait for clients or are in flight, on all loops: a value that any
 * thread may keep.
 *
 * @param bytes what they cost now
 * @param limitBytes what they may cost
 * @param shortLoops indexes of the loops where messages were given up in the last minute or two,
 *     since there was no room
 */
public record MessageMemory(long bytes, long limitBytes, List<Integer> shortLoops) {
  public boolean isShort() {
    return !shortLoops.isEmpty();
  }
}
