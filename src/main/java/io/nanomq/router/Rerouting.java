package io.nanomq.router;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.metrics.DropReason;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.UndeliveredMessage;
import java.util.Arrays;
import java.util.Set;

/**
 * Routes messages once more that an earlier process stored and did not hand over to all: to those
 * of one loop that have not had them. It has the sessions that were restored, and comes before any
 * client.
 */
@LoopConfined
final class Rerouting {
  private final LoopContext loop;
  private final TopicTree tree;
  private final FanOut fanOut;
  private final CurrentMessage current;

  Rerouting(LoopContext loop, TopicTree tree, FanOut fanOut, CurrentMessage current) {
    this.loop = loop;
    this.tree = tree;
    this.fanOut = fanOut;
    this.current = current;
  }

  /** Gives it to subscribers of this loop, under the number that it has. */
  void toSubscribers(UndeliveredMessage rest) {
    if (!rest.toSubscribers()) {
      return;
    }
    if (rest.message().isExpired(loop.nowMillis())) {
      // Nobody else has begun to get it [MQTT-3.3.2-5].
      loop.counters().drop(DropReason.EXPIRED);
      return;
    }
    long[] had = rest.had().clone();
    Arrays.sort(had);
    OutgoingPublish outgoing = current.outgoing();
    outgoing.begin(rest.message(), loop.nowMillis());
    outgoing.number(rest.number());
    try {
      current.begin();
      fanOut.nodes().deliverToOthers(match(rest), had);
    } finally {
      outgoing.end();
    }
  }

  /** Gives it to a member of each group that has not had it, as a message of its own. */
  void toGroups(UndeliveredMessage rest) {
    if (rest.groups().isEmpty()) {
      return;
    }
    Set<GroupName> groups = Set.copyOf(rest.groups());
    for (SharedGroup group : match(rest).groups()) {
      if (groups.contains(group.name())) {
        fanOut.redispatch(0, group, rest.message());
      }
    }
  }

  private Match match(UndeliveredMessage rest) {
    return tree.match(rest.message().topic().text(), loop.budget());
  }
}
