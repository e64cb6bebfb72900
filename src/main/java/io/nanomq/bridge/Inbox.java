package io.nanomq.bridge;

import io.nanomq.bridge.path.LoopGuard;
import io.nanomq.bridge.queue.BridgeRecords;
import io.nanomq.bridge.topic.TopicRewrite;
import io.nanomq.codec.BridgePath;
import io.nanomq.codec.IncomingPublish;
import io.nanomq.codec.PacketType;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.PublishDecoder;
import io.nanomq.codec.ReasonCode;
import io.nanomq.codec.TopicRules;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.router.FanOut;
import io.nanomq.router.Recipient;
import io.nanomq.router.Route;
import io.nanomq.session.Publisher;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What comes from the other broker: PUBLISH packets, published here under the topics that the rules
 * give them, those of QoS 2 once [MQTT-4.3.3-2].
 *
 * <p>What the store has no room for is not answered, nor is anything behind it: the other broker
 * keeps it, and sends it again on the next connection, which begins as soon as there is room.
 */
@LoopConfined
final class Inbox {
  /** Topics that aliases of one connection may stand for, together. */
  private static final int MAX_ALIAS_BYTES = 1 << 20;

  private final Recipient bridge;
  private final BridgeContext context;
  private final LoopContext loop;
  private final Publisher publisher;
  private final BridgeFigures figures;
  private final LoopGuard guard;
  private final BridgeRecords records;
  private final IncomingPublish packet = new IncomingPublish(true);
  // configuration
  private List<TopicRewrite> rules = List.of();
  // session
  private final BitSet unreleased = new BitSet();
  // connection
  private @Nullable TopicName[] aliases = {};
  private int aliasBytes;
  private boolean takesNothing;

  /**
   * @param records what the store is told
   */
  Inbox(
      Recipient bridge,
      BridgeContext context,
      BridgeFigures figures,
      LoopGuard guard,
      BridgeRecords records) {
    this.bridge = bridge;
    this.context = context;
    this.loop = context.loop();
    this.publisher = context.publisher();
    this.figures = figures;
    this.guard = guard;
    this.records = records;
  }

  /**
   * @param takesOthers whether topics that are of no rule stay as they are, and else are not taken
   */
  void rules(List<TopicRewrite> now, boolean takesOthers) {
    rules = now;
    if (takesOthers) {
      rules = new ArrayList<>(now);
      rules.add(TopicRewrite.subscription(new BridgeConf.Topic("#", "", 2)));
    }
  }

  /**
   * A connection begins.
   *
   * @param sessionPresent whether the other broker knows what was not released
   * @param maxAlias highest Topic Alias that it may use
   */
  void attach(boolean sessionPresent, int maxAlias) {
    aliases = new TopicName[maxAlias + 1];
    aliasBytes = 0;
    takesNothing = false;
    if (!sessionPresent) {
      unreleased.stream().forEach(records::released);
      unreleased.clear();
    }
  }

  /** An earlier process has received them, and they were not released. */
  void restore(int[] packetIds) {
    for (int packetId : packetIds) {
      unreleased.set(packetId);
    }
  }

  /** Whether something was not taken for want of room in the store, and there is some now. */
  boolean hasRoomAgain() {
    return takesNothing && !context.store().isFullOfMessages();
  }

  /** PUBREL has come. */
  void released(int packetId) {
    if (unreleased.get(packetId)) {
      records.released(packetId);
    }
    unreleased.clear(packetId);
  }

  /**
   * @return false = not in this turn: it is to be handled again
   */
  boolean handle(RemoteLink link, ByteBuf in, int start, int bodyStart, int end) {
    publisher.fanOut().takeMail();
    int maxProperty = context.conf().packets().maxPropertyBytes();
    PublishDecoder.decode(in, start, bodyStart, end, link.version() == 5, maxProperty, packet);
    if (packet.qos() == 2 && unreleased.get(packet.packetId())) {
      acknowledge(link, ReasonCode.SUCCESS);
      return true;
    }
    Route remote = remoteRoute(link);
    if (remote == null) {
      link.awaitTurn();
      return false;
    }
    return publish(link, remote, end - start);
  }

  private boolean publish(RemoteLink link, Route remote, int bytes) {
    if (link.version() < 5 && remote.topic().isSystem() && isGreeting(link, remote.topic())) {
      return true;
    }
    TopicRewrite rule = rule(remote.topic());
    TopicName topic = rule == null ? null : rule.map(remote.topic());
    Route route = topic == null ? null : route(remote, topic, link);
    if (topic != null && route == null) {
      link.awaitTurn();
      return false;
    }
    FanOut fanOut = publisher.fanOut();
    if (route != null && fanOut.mustWait(route)) {
      link.awaitLoops(() -> fanOut.mustWait(route));
      return false;
    }
    boolean joins = packet.qos() > 0;
    if (route != null && publisher.mustWait(packet, route, joins)) {
      int payload = packet.payloadLength();
      link.awaitLoops(() -> publisher.mustWait(payload, joins));
      return false;
    }
    takesNothing |= route != null && publisher.isRefused(packet, route);
    if (takesNothing && packet.qos() > 0) {
      return true;
    }
    figures.received++;
    figures.receivedBytes += bytes;
    loop.counters().publishesReceived++;
    if (packet.qos() == 2) {
      // In one piece with what is told of its message.
      records.received(packet.packetId());
    }
    acknowledge(link, publish(remote.topic(), route, rule));
    long lagging = route == null ? 0 : fanOut.lagging();
    if (lagging != 0) {
      link.awaitLoops(() -> fanOut.isAnyLagging(lagging));
    }
    return true;
  }

  /** Whether the other broker says who it is, by a topic that nobody else may publish to. */
  private boolean isGreeting(RemoteLink link, TopicName topic) {
    String broker = BridgePath.greeted(topic.text());
    if (broker != null && context.identity().id().equals(broker)) {
      link.end(RemoteLink.LEADS_HERE);
    } else if (broker != null) {
      guard.attach(broker);
    }
    return broker != null;
  }

  /** The first rule that is for a topic; null = none is. */
  private @Nullable TopicRewrite rule(TopicName topic) {
    for (int i = 0; i < rules.size(); i++) {
      TopicRewrite rule = rules.get(i);
      if (rule.map(topic) != null) {
        return rule;
      }
    }
    return null;
  }

  private void acknowledge(RemoteLink link, ReasonCode reason) {
    int packetId = packet.packetId();
    int code = reason.isError() ? reason.code() : 0;
    if (packet.qos() == 1) {
      link.acknowledge(PacketType.PUBACK, packetId, code);
    } else if (packet.qos() == 2) {
      if (code == 0 || link.version() < 5) {
        unreleased.set(packetId);
      } else {
        records.released(packetId);
      }
      link.acknowledge(PacketType.PUBREC, packetId, code);
    }
  }

  /** What the other broker's name of the topic stands for; null = not in this turn. */
  private @Nullable Route remoteRoute(RemoteLink link) {
    int alias = packet.alias();
    if (alias >= aliases.length && alias > 0) {
      throw new ProtocolError(ReasonCode.TOPIC_ALIAS_INVALID, "topic alias is above the maximum");
    }
    if (packet.topicLength() == 0) {
      TopicName known = aliases[alias];
      if (known == null) {
        throw ProtocolError.protocol("topic alias that was not set");
      }
      return publisher.cache().find(known, link);
    }
    Route route =
        publisher.cache().find(packet.buffer(), packet.topicStart(), packet.topicLength(), link);
    if (alias > 0 && route != null) {
      remember(alias, route.topic());
    }
    return route;
  }

  private void remember(int alias, TopicName topic) {
    TopicName before = aliases[alias];
    aliasBytes += topic.keptBytes() - (before == null ? 0 : before.keptBytes());
    if (aliasBytes > MAX_ALIAS_BYTES) {
      throw new ProtocolError(ReasonCode.QUOTA_EXCEEDED, "topic aliases stand for too much");
    }
    aliases[alias] = topic;
  }

  private @Nullable Route route(Route remote, TopicName topic, RemoteLink link) {
    return topic.equals(remote.topic()) ? remote : publisher.cache().find(topic, link);
  }

  private ReasonCode publish(TopicName remote, @Nullable Route route, @Nullable TopicRewrite rule) {
    if (route == null || rule == null || isBrokersOwn(route.topic())) {
      // A subscription of a time before, which its session has kept there.
      figures.receivedDropped++;
      return ReasonCode.SUCCESS;
    }
    ReasonCode result =
        rule.changesNothing() && !guard.marksReceived() && !packet.hasForwardedProperties()
            ? publishAsItIs(route)
            : publishAs(remote, route.topic(), rule);
    figures.receivedDropped += result.isError() ? 1 : 0;
    return result;
  }

  private ReasonCode publishAsItIs(Route route) {
    packet.topic(route.topic());
    return publisher.publish(packet, route, bridge);
  }

  private ReasonCode publishAs(TopicName remote, TopicName topic, TopicRewrite rule) {
    packet.topic(remote);
    PublishMessage m = packet.toMessage(loop.nowMillis());
    if (guard.hasBeenHere(m.properties())) {
      figures.looped++;
      return ReasonCode.SUCCESS;
    }
    byte[] properties = guard.received(m.properties());
    boolean retain = rule.retain(m.retain());
    return publisher.publish(
        new PublishMessage(topic, m.payload(), properties, m.qos(), retain, m.expiresAtMillis()),
        bridge);
  }

  private static boolean isBrokersOwn(TopicName topic) {
    return topic.isSystem() && TopicRules.isBrokersOwn(topic.text());
  }
}
