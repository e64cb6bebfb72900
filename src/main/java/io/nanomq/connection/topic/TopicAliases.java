package io.nanomq.connection.topic;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.TopicName;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Topic aliases of one connection, MQTT 5.0 section 3.3.2.3.4: those that the client set, and those
 * that we set towards it. They end with the connection [MQTT-3.3.2-7].
 */
@LoopConfined
public final class TopicAliases {
  /** Bytes that the aliases of one connection may take, in both directions. */
  public static final int MAX_BYTES = 2 * 1024 * 1024;

  /** What is taken from the budget at once. */
  private static final int STEP = 1024;

  /** A topic's objects, but for its text. */
  private static final int TOPIC_BYTES = 104;

  private final Budget budget;
  private final @Nullable Account account;
  private @Nullable TopicName[] incoming = new TopicName[8];
  private @Nullable Map<TopicName, Integer> outgoing;
  // What they cost, and how much of the budget was taken for it: that much or a little more.
  private int bytes;
  private int taken;

  /**
   * @param account whose connection it is
   */
  public TopicAliases(Budget budget, @Nullable Account account) {
    this.budget = budget;
    this.account = account;
  }

  /**
   * The client sets an alias.
   *
   * @param alias 1 to the maximum that was announced
   * @throws ProtocolError 0x97 where there is no room for it: in {@value #MAX_BYTES} bytes, or in
   *     what the account or everybody may hold
   */
  public void set(int alias, TopicName topic) {
    TopicName before = alias < incoming.length ? incoming[alias] : null;
    if (before != null && before.equals(topic)) {
      return;
    }
    int length = Math.max(alias + 1, incoming.length * 2);
    int more = cost(topic) - (before == null ? 0 : cost(before));
    if (alias >= incoming.length) {
      more += HeapBytes.references(length) - HeapBytes.references(incoming.length);
    }
    if (!take(more)) {
      throw new ProtocolError(ReasonCode.QUOTA_EXCEEDED, "topics with aliases take too much");
    }
    if (alias >= incoming.length) {
      incoming = Arrays.copyOf(incoming, length);
    }
    incoming[alias] = topic;
  }

  /**
   * What an alias stands for.
   *
   * @throws ProtocolError 0x82 where the client has not set it
   */
  public TopicName get(int alias) {
    TopicName topic = alias < incoming.length ? incoming[alias] : null;
    if (topic == null) {
      throw ProtocolError.protocol("topic alias " + alias + " is not set");
    }
    return topic;
  }

  /**
   * The alias to send a topic with: the first topics get one each and keep it.
   *
   * @param maximum aliases that the client allows
   * @return a new alias, to be sent with the topic; less an alias that it knows; 0 = none
   */
  public int outgoing(TopicName topic, int maximum) {
    Map<TopicName, Integer> known = outgoing;
    if (known == null) {
      known = new HashMap<>();
      outgoing = known;
    }
    Integer alias = known.get(topic);
    if (alias != null) {
      return -alias;
    }
    if (known.size() >= maximum || !take(cost(topic) + HeapBytes.MAP_ENTRY + Long.BYTES * 2)) {
      return 0;
    }
    int next = known.size() + 1;
    known.put(topic, next);
    return next;
  }

  /** The connection is gone. */
  public void close() {
    budget.give(account, taken);
    taken = 0;
  }

  private static int cost(TopicName topic) {
    return TOPIC_BYTES + topic.keptBytes();
  }

  private boolean take(int more) {
    int needed = bytes + more;
    if (needed > MAX_BYTES) {
      return false;
    }
    if (needed > taken) {
      int missing = needed - taken;
      int step = Math.max(missing, STEP);
      if (!budget.take(account, taken, step)) {
        return false;
      }
      taken += step;
    }
    bytes = needed;
    return true;
  }
}
