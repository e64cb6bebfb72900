package io.nanomq.router;

import io.nanomq.memory.HeapBytes;
import io.nanomq.persistence.GroupName;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Of those that a topic goes to, the ones that the store has to know. Immutable, as the match that
 * it belongs to.
 *
 * @param loops bit i is set where loop i has durable subscribers at the nodes
 * @param groups which of the match's groups have durable members, by their places there
 * @param names of these groups
 */
@SuppressWarnings("ArrayRecordComponent")
record DurableTargets(long loops, BitSet groups, GroupName[] names) {
  /** This, a set of bits and an array of names that others keep. */
  private static final int BYTES = 120;

  private static final BitSet NO_GROUPS = new BitSet(0);
  static final GroupName[] NO_NAMES = {};

  /**
   * Those of a match.
   *
   * @param durable which of {@code all} groups have durable members, null = none
   * @return null = there are none at all
   */
  static @Nullable DurableTargets of(long loops, @Nullable BitSet durable, SharedGroup[] all) {
    if (durable == null) {
      return loops == 0 ? null : new DurableTargets(loops, NO_GROUPS, NO_NAMES);
    }
    GroupName[] names = durable.stream().mapToObj(i -> all[i].name()).toArray(GroupName[]::new);
    return new DurableTargets(loops, durable, names);
  }

  boolean isOn(int loop) {
    return (loops & 1L << loop) != 0;
  }

  boolean hasGroup(int place) {
    return groups.get(place);
  }

  /** What it costs to remember. */
  int bytes() {
    return BYTES + HeapBytes.references(names.length) + groups.size() / Byte.SIZE;
  }
}
