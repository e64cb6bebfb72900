package io.nanomq.connection;

import io.nanomq.codec.ProtocolError;
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
  private @Nullable TopicName[] incoming = new TopicName[8];
  private @Nullable Map<TopicName, Integer> outgoing;

  /**
   * The client sets an alias.
   *
   * @param alias 1 to the maximum that was announced
   */
  void set(int alias, TopicName topic) {
    if (alias >= incoming.length) {
      incoming = Arrays.copyOf(incoming, Math.max(alias + 1, incoming.length * 2));
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
    if (known.size() >= maximum) {
      return 0;
    }
    int next = known.size() + 1;
    known.put(topic, next);
    return next;
  }
}
