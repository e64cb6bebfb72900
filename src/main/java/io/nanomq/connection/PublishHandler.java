package io.nanomq.connection;

import io.nanomq.authz.LoopAccess;
import io.nanomq.codec.IncomingPublish;
import io.nanomq.codec.PacketType;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.PublishDecoder;
import io.nanomq.codec.ReasonCode;
import io.nanomq.codec.TopicRules;
import io.nanomq.config.model.Capabilities;
import io.nanomq.config.model.MqttConf;
import io.nanomq.config.model.MqttConf.Rates;
import io.nanomq.connection.topic.MountPoint;
import io.nanomq.connection.topic.TopicRewrites;
import io.nanomq.delay.DelayedTopic;
import io.nanomq.limit.CapabilityCheck;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.metrics.DropReason;
import io.nanomq.metrics.LoopCounters;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.router.FanOut;
import io.nanomq.router.Route;
import io.nanomq.session.Publisher;
import io.nanomq.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** PUBLISH from a client: alias, limits, route; then it is published and acknowledged. */
@LoopConfined
final class PublishHandler {
  private final ConnectionContext context;
  private final LoopContext loop;
  private final LoopCounters counters;
  private final IncomingPublish packet;
  private final Publisher publisher;
  private final FanOut fanOut;
  private final LoopAccess access;
  // What the packet before was judged by, and what follows from it for most packets.
  private @Nullable MqttConf judgedBy;
  private @Nullable TopicRewrites rewrites;
  private boolean isRated;
  // Terms that offer all there is; those of nearly all connections are the same ones.
  private @Nullable MqttConf openTerms;
  // A topic behind its mount point.
  private final ByteBuf mounted = Unpooled.buffer(0);

  PublishHandler(ConnectionContext context) {
    this.context = context;
    this.loop = context.loop();
    this.counters = loop.counters();
    this.packet = context.incoming();
    this.access = context.access();
    this.publisher = context.publisher();
    this.fanOut = publisher.fanOut();
  }

  /**
   * @return false = not in this turn: it is to be handled again
   */
  boolean handle(Connection connection, ByteBuf in, int start, int bodyStart, int end) {
    fanOut.takeMail();
    MqttConf conf = context.conf();
    boolean v5 = connection.version() == 5;
    PublishDecoder.decode(in, start, bodyStart, end, v5, conf.packets().maxPropertyBytes(), packet);
    if (conf != judgedBy) {
      judgeBy(conf);
    }
    if (connection.terms() != openTerms) {
      checkOffered(connection.terms());
    }
    MountPoint mountPoint = connection.listener().mountPoint();
    Route named = route(connection, mountPoint);
    DelayedTopic later = named == null ? null : later(mountPoint, named.topic());
    Route route = later == null && rewrites == null ? named : real(named, later, connection);
    if (route == null) {
      connection.gate().awaitTurn(in.writerIndex() - start);
      return false;
    }
    if (fanOut.mustWait(route)) {
      connection.gate().awaitLoops(() -> fanOut.mustWait(route));
      return false;
    }
    if (mustWait(connection, route)) {
      return false;
    }
    if (access.asks()
        && !isBrokersOwn(route.topic())
        && !AccessQuestions.isDecided(connection, route.topic())) {
      return false;
    }
    packet.topic(route.topic());
    if (route != named || mountPoint != null) {
      packet.renamed();
    }
    Session session = connection.session();
    session.countPublish();
    counters.publishesReceived++;
    switch (packet.qos()) {
      case 0 -> publish(connection, route, later);
      case 1 -> {
        checkQuota(connection);
        int packetId = packet.packetId();
        long told = context.store().told();
        ReasonCode reason = publish(connection, route, later);
        boolean isStored = context.store().told() != told;
        connection.acks().acknowledge(PacketType.PUBACK, packetId, reason, isStored);
      }
      default -> receive(connection, route, later);
    }
    long lagging = fanOut.lagging();
    if (lagging != 0) {
      connection.gate().awaitLoops(() -> fanOut.isAnyLagging(lagging));
    }
    if (isRated || connection.listener().meter().countsPackets()) {
      connection.gate().count(conf.rates(), 1, end - start);
    }
    return true;
  }

  /** What a topic says about when it is to be published; null = now. */
  private void judgeBy(MqttConf conf) {
    rewrites = context.rewrites(conf);
    isRated = conf.rates() != Rates.NONE;
    judgedBy = conf;
  }

  private void checkOffered(MqttConf terms) {
    Capabilities offered = terms.capabilities();
    if (offered == Capabilities.ALL) {
      openTerms = terms;
    } else {
      CapabilityCheck.checkPublish(offered, packet.qos(), packet.retain());
    }
  }

  private static @Nullable DelayedTopic later(@Nullable MountPoint mountPoint, TopicName topic) {
    if (mountPoint == null) {
      return topic.isSystem() ? DelayedTopic.of(topic, "") : null;
    }
    return DelayedTopic.of(topic, mountPoint.text());
  }

  /** Where it is published in the end, which access rules are about; null = not in this turn. */
  private @Nullable Route real(
      @Nullable Route named, @Nullable DelayedTopic later, Connection connection) {
    if (named == null) {
      return null;
    }
    TopicName topic = later == null || later.topic() == null ? named.topic() : later.topic();
    TopicRewrites names = rewrites;
    if (names != null && connection.listener().mountPoint() == null) {
      topic = names.published(topic);
      TopicRules.checkLevels(topic.text(), context.conf().client().maxTopicLevels());
    }
    return topic == named.topic() ? named : publisher.cache().find(topic, connection);
  }

  /** Null = not in this turn. */
  private @Nullable Route route(Connection connection, @Nullable MountPoint mountPoint) {
    int alias = packet.alias();
    if (alias > 0 && alias > connection.terms().client().maxTopicAlias()) {
      throw new ProtocolError(ReasonCode.TOPIC_ALIAS_INVALID, "topic alias is above the maximum");
    }
    if (packet.topicLength() == 0 && alias > 0) {
      return publisher.cache().find(connection.aliases().get(alias), connection);
    }
    Route route =
        mountPoint == null
            ? publisher
                .cache()
                .find(packet.buffer(), packet.topicStart(), packet.topicLength(), connection)
            : mountedRoute(mountPoint, connection);
    if (alias > 0 && route != null) {
      setAlias(connection, alias, route.topic());
    }
    return route;
  }

  private @Nullable Route mountedRoute(MountPoint mountPoint, Connection connection) {
    mountPoint.write(packet, mounted);
    return publisher.cache().find(mounted, 0, mounted.writerIndex(), connection);
  }

  private void setAlias(Connection connection, int alias, TopicName topic) {
    try {
      connection.aliases().set(alias, topic);
    } catch (ProtocolError full) {
      counters.drop(DropReason.ALIAS_LIMIT);
      throw full;
    }
  }

  /** Whether only the broker itself may speak there. */
  static boolean isBrokersOwn(TopicName topic) {
    return topic.isSystem() && TopicRules.isBrokersOwn(topic.text());
  }

  private ReasonCode publish(Connection connection, Route route, @Nullable DelayedTopic later) {
    Session session = connection.session();
    if (later != null && later.topic() == null) {
      return ReasonCode.TOPIC_NAME_INVALID;
    }
    if (isBrokersOwn(route.topic())) {
      session.access().deniedBrokersOwn(route.topic());
      return ReasonCode.NOT_AUTHORIZED;
    }
    if (!access.isOpen() && !session.access().mayPublish(route.topic())) {
      if (access.policy().disconnects()) {
        throw new ProtocolError(ReasonCode.NOT_AUTHORIZED, "may not publish there");
      }
      return ReasonCode.NOT_AUTHORIZED;
    }
    if (later != null) {
      PublishMessage kept = packet.toMessage(loop.nowMillis());
      return context.delayed().add(kept, later.seconds(), session);
    }
    if (publisher.isRefused(packet, route)) {
      if (session.connect().version() < 5) {
        throw new ProtocolError(ReasonCode.QUOTA_EXCEEDED, "the store has no room");
      }
      return ReasonCode.QUOTA_EXCEEDED;
    }
    return publisher.publish(packet, route, session, connection.path());
  }

  /** QoS 2: published at once, and its identifier kept so that it is published only once. */
  private void receive(Connection connection, Route route, @Nullable DelayedTopic later) {
    Session session = connection.session();
    int packetId = packet.packetId();
    ReasonCode reason = ReasonCode.SUCCESS;
    // One that is known already may not be safe yet.
    boolean isStored = session.storedNumber() != 0;
    long told = context.store().told();
    if (!session.isUnreleased(packetId)) {
      checkQuota(connection);
      boolean hasRoom = session.unreleased().hasRoom();
      if (!hasRoom && connection.version() < 5) {
        throw new ProtocolError(ReasonCode.QUOTA_EXCEEDED, "too many QoS 2 messages not released");
      }
      reason = hasRoom ? publish(connection, route, later) : ReasonCode.QUOTA_EXCEEDED;
      if (!reason.isError() || connection.version() < 5) {
        session.unreleased().add(packetId);
      } else {
        session.unreleased().refuse(packetId);
      }
    }
    isStored |= context.store().told() != told;
    connection.acks().acknowledge(PacketType.PUBREC, packetId, reason, isStored);
  }

  /** Whether a packet waits for the disk: because of itself, or of those that came before it. */
  private boolean mustWait(Connection connection, Route route) {
    int qos = packet.qos();
    boolean isDurable = qos == 2 && connection.session().storedNumber() != 0;
    boolean joins = qos > 0 && (isDurable || connection.acks().isWaiting());
    boolean waits = publisher.mustWait(packet, route, joins);
    if (waits) {
      int bytes = packet.payloadLength();
      connection.gate().awaitLoops(() -> publisher.mustWait(bytes, joins));
    }
    return waits;
  }

  private static void checkQuota(Connection connection) {
    if (!connection.acks().hasQuota()) {
      throw new ProtocolError(
          ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "more than the Receive Maximum in flight");
    }
  }
}
