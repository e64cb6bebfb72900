package io.nanomq.connection;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
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
final class TopicAliases {
  /** Bytes of the topics that have aliases, in each direction. */
  static final int MAX_BYTES = 1024 * 1024;

  private @Nullable TopicName[] incoming = new TopicName[8];
  private int incomingBytes;
  private int outgoingBytes;
  private @Nullable Map<TopicName, Integer> outgoing;

  /**
   * The client sets an alias.
   *
   * @param alias 1 to the maximum that was announced
   * @throws ProtocolError 0x97 where the topics of all aliases are longer than {@value #MAX_BYTES}
   *     bytes together
   */
  void set(int alias, TopicName topic) {
    if (alias >= incoming.length) {
      incoming = Arrays.copyOf(incoming, Math.max(alias + 1, incoming.length * 2));
    }
    TopicName before = incoming[alias];
    incomingBytes += topic.utf8().length - (before == null ? 0 : before.utf8().length);
    if (incomingBytes > MAX_BYTES) {
      throw new ProtocolError(ReasonCode.QUOTA_EXCEEDED, "topics with aliases are too long");
    }
    incoming[alias] = topic;
  }

  /**
   * What an alias stands for.
   *
   * @throws ProtocolError 0x82 where the client has not set it
   */
  TopicName get(int alias) {
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
  int outgoing(TopicName topic, int maximum) {
    Map<TopicName, Integer> known = outgoing;
    if (known == null) {
      known = new HashMap<>();
      outgoing = known;
    }
    Integer alias = known.get(topic);
    if (alias != null) {
      return -alias;
    }
    if (known.size() >= maximum || outgoingBytes + topic.utf8().length > MAX_BYTES) {
      return 0;
    }
    outgoingBytes += topic.utf8().length;
    int next = known.size() + 1;
    known.put(topic, next);
    return next;
  }
}
