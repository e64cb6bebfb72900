package io.nanomq.connection;

import io.nanomq.codec.MqttEncoder;
import io.nanomq.codec.PacketType;
import io.nanomq.codec.ReasonCode;
import io.nanomq.codec.SubscribeDecoder;
import io.nanomq.codec.TopicRules;
import io.nanomq.config.MqttConf;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.Subscribe;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.Unsubscribe;
import io.nanomq.router.Subscriber;
import io.nanomq.session.Session;
import io.netty.buffer.ByteBuf;

/** SUBSCRIBE and UNSUBSCRIBE from a client, MQTT 5.0 sections 3.8 and 3.10. */
@LoopConfined
final class SubscribeHandler {
  private final ConnectionContext context;

  SubscribeHandler(ConnectionContext context) {
    this.context = context;
  }

  void subscribe(Connection connection, int flags, ByteBuf body) {
    MqttConf conf = context.conf();
    Subscribe packet =
        SubscribeDecoder.subscribe(
            body, flags, connection.version(), conf.maxFiltersPerPacket(), conf.maxPropertyBytes());
    Session session = connection.session();
    byte[] codes = new byte[packet.subscriptions().size()];
    for (int i = 0; i < codes.length; i++) {
      Subscription subscription = packet.subscriptions().get(i);
      ReasonCode refused = check(session, subscription.filter(), conf);
      if (refused == ReasonCode.SUCCESS) {
        add(session, subscription);
        codes[i] = (byte) subscription.qos();
      } else {
        codes[i] = (byte) (connection.version() == 5 ? refused.code() : 0x80);
      }
    }
    answer(connection, PacketType.SUBACK, packet.packetId(), codes);
    // Retained messages follow the SUBACK.
    session.pump();
  }

  private static ReasonCode check(Session session, String filter, MqttConf conf) {
    int start = TopicRules.isShared(filter) ? TopicRules.sharedFilterStart(filter) : 0;
    boolean valid =
        start >= 0
            && TopicRules.isValidFilter(start == 0 ? filter : filter.substring(start))
            && TopicRules.levels(filter) <= conf.maxTopicLevels();
    if (!valid) {
      return ReasonCode.TOPIC_FILTER_INVALID;
    }
    boolean full = session.subscriptions().size() >= conf.maxFiltersPerClient();
    return full && session.subscription(filter) == null
        ? ReasonCode.QUOTA_EXCEEDED
        : ReasonCode.SUCCESS;
  }

  private void add(Session session, Subscription subscription) {
    Subscriber subscriber = session.subscription(subscription.filter());
    boolean isNew = subscriber == null;
    if (subscriber == null) {
      subscriber = new Subscriber(session, subscription);
      session.addSubscription(subscriber);
      context.tree().add(subscriber);
    } else {
      subscriber.options(subscription);
    }
    if (session.isDurable()) {
      context.store().subscribed(session.clientId(), subscription);
    }
    boolean wantsRetained =
        subscription.retainHandling() == 0 || subscription.retainHandling() == 1 && isNew;
    if (wantsRetained && !TopicRules.isShared(subscription.filter())) {
      session.replay(
          context.retained().cursor(subscription.filter()),
          subscription.qos(),
          subscriber.identifiers());
    }
  }

  void unsubscribe(Connection connection, int flags, ByteBuf body) {
    MqttConf conf = context.conf();
    Unsubscribe packet =
        SubscribeDecoder.unsubscribe(
            body, flags, connection.version(), conf.maxFiltersPerPacket(), conf.maxPropertyBytes());
    Session session = connection.session();
    byte[] codes = new byte[packet.filters().size()];
    for (int i = 0; i < codes.length; i++) {
      Subscriber subscriber = session.removeSubscription(packet.filters().get(i));
      if (subscriber == null) {
        codes[i] = (byte) ReasonCode.NO_SUBSCRIPTION_EXISTED.code();
      } else {
        context.tree().remove(subscriber);
        if (session.isDurable()) {
          context.store().unsubscribed(session.clientId(), subscriber.filter());
        }
      }
    }
    answer(connection, PacketType.UNSUBACK, packet.packetId(), codes);
  }

  private void answer(Connection connection, int packetType, int packetId, byte[] codes) {
    context
        .store()
        .afterCommit(
            context.loop().index(),
            token -> {
              if (connection.isConnected()) {
                ByteBuf out = connection.writer().reserve(8 + codes.length);
                MqttEncoder.subAck(out, packetType, packetId, connection.version(), codes);
              }
            },
            0);
  }
}
