package io.nanomq.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.nanomq.codec.BridgePath;
import io.nanomq.codec.MqttEncoder;
import io.nanomq.codec.PacketType;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.codec.SubscribeDecoder;
import io.nanomq.config.model.Capabilities;
import io.nanomq.config.model.MqttConf;
import io.nanomq.connection.topic.MountPoint;
import io.nanomq.connection.topic.TopicRewrites;
import io.nanomq.limit.CapabilityCheck;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.Subscribe;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.Unsubscribe;
import io.nanomq.session.Session;
import io.nanomq.session.Subscriptions;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** SUBSCRIBE and UNSUBSCRIBE from a client, MQTT 5.0 sections 3.8 and 3.10. */
@LoopConfined
final class SubscribeHandler {
  private static final byte[] NO_PROPERTIES = {};

  private final ConnectionContext context;
  private final Subscriptions subscriptions;
  private final FilterPackets packets;

  SubscribeHandler(ConnectionContext context, FilterPackets packets) {
    this.context = context;
    this.packets = packets;
    this.subscriptions = context.subscriptions();
  }

  void subscribe(Connection connection, int flags, ByteBuf body) {
    MqttConf conf = context.conf();
    int bytes = body.readableBytes();
    Subscribe packet =
        SubscribeDecoder.subscribe(
            body,
            flags,
            connection.version(),
            conf.client().maxFiltersPerPacket(),
            conf.packets().maxPropertyBytes());
    checkOffered(connection, packet);
    FilterPackets.Work work = packets.begin(connection, bytes);
    List<Subscription> filters = packet.subscriptions();
    byte[] codes = new byte[filters.size()];
    // All are decided before one of them is subscribed.
    int asked = context.access().asks() ? codes.length : 0;
    work.each(
        asked + codes.length,
        i -> {
          if (i < asked) {
            String filter = mounted(connection, filters.get(i).filter());
            return AccessQuestions.isDecided(connection, filter, work);
          }
          if (i == asked) {
            connection.writer().subscribing();
          }
          codes[i - asked] = subscribe(connection, mounted(connection, filters.get(i - asked)));
          return true;
        },
        () -> subscribed(connection, packet.packetId(), codes));
  }

  /** What waits for the disk must not keep the filters. */
  private void subscribed(Connection connection, int packetId, byte[] codes) {
    whenSafe(
        connection,
        () -> {
          write(connection, PacketType.SUBACK, packetId, codes);
          connection.writer().subscribed();
          connection.session().pump();
        });
  }

  private Subscription mounted(Connection connection, Subscription asked) {
    String real = mounted(connection, asked.filter());
    return real.equals(asked.filter()) ? asked : asked.withFilter(real);
  }

  /**
   * MQTT 5 clients were told. What was withdrawn since then is refused by itself.
   *
   * @throws ProtocolError 0xA2, 0x9E, 0xA1, as sections 3.2.2.3.11 to 13 say
   */
  private static void checkOffered(Connection connection, Subscribe packet) {
    Capabilities offered = connection.terms().capabilities();
    if (connection.version() < 5 || offered == Capabilities.ALL) {
      return;
    }
    for (Subscription subscription : packet.subscriptions()) {
      ReasonCode refused = CapabilityCheck.subscription(offered, subscription);
      if (refused != ReasonCode.SUCCESS) {
        throw new ProtocolError(refused, "CONNACK said that this is not available");
      }
    }
  }

  private byte subscribe(Connection connection, Subscription subscription) {
    context.events().subscribing(connection.session().clientId(), subscription);
    ReasonCode refused = subscriptions.subscribeIfAllowed(connection.session(), subscription);
    if (refused == ReasonCode.NOT_AUTHORIZED && context.access().policy().disconnects()) {
      throw new ProtocolError(refused, "may not subscribe to that");
    }
    if (refused == ReasonCode.SUCCESS) {
      return (byte) Math.min(subscription.qos(), context.conf().capabilities().maxQos());
    }
    return (byte) (connection.version() == 5 ? refused.code() : 0x80);
  }

  void unsubscribe(Connection connection, int flags, ByteBuf body) {
    MqttConf conf = context.conf();
    int bytes = body.readableBytes();
    Unsubscribe packet =
        SubscribeDecoder.unsubscribe(
            body,
            flags,
            connection.version(),
            conf.client().maxFiltersPerPacket(),
            conf.packets().maxPropertyBytes());
    List<String> filters = packet.filters();
    greet(connection, filters);
    Session session = connection.session();
    byte[] codes = new byte[filters.size()];
    packets
        .begin(connection, bytes)
        .each(
            codes.length,
            i -> {
              codes[i] = unsubscribe(session, mounted(connection, filters.get(i)));
              return true;
            },
            () -> unsubscribed(connection, packet.packetId(), codes));
  }

  private void unsubscribed(Connection connection, int packetId, byte[] codes) {
    whenSafe(connection, () -> write(connection, PacketType.UNSUBACK, packetId, codes));
  }

  /** A bridge from before MQTT 5 says which broker's it is, and is told which one this is. */
  private void greet(Connection connection, List<String> filters) {
    boolean isBridge = connection.version() < 5 && connection.session().connect().isBridge();
    String broker = isBridge ? BridgePath.greeted(filters.get(0)) : null;
    if (broker != null) {
      Subscriptions.bridge(connection.session(), broker);
      connection.path(BridgePath.with(NO_PROPERTIES, List.of(broker)));
      byte[] topic = (BridgePath.GREETING + context.identity().id()).getBytes(US_ASCII);
      MqttEncoder.emptyPublish(connection.writer().reserve(topic.length + 4), topic);
    }
  }

  private String mounted(Connection connection, String filter) {
    MountPoint mountPoint = connection.listener().mountPoint();
    TopicRewrites rewrites = context.rewrites();
    if (mountPoint == null && rewrites != null) {
      return rewrites.subscribed(filter);
    }
    return mountPoint == null ? filter : mountPoint.mount(filter);
  }

  private byte unsubscribe(Session session, String filter) {
    context.events().unsubscribing(session.clientId(), filter);
    return (byte) subscriptions.unsubscribe(session, filter).code();
  }

  /**
   * Does it once the store has all that was told so far, unless the client is gone by then; at once
   * where the store does not know its session.
   */
  private void whenSafe(Connection connection, Runnable answer) {
    if (connection.isConnected() && connection.session().storedNumber() == 0) {
      answer.run();
      return;
    }
    context
        .store()
        .afterCommit(
            token -> {
              if (connection.isConnected()) {
                answer.run();
              }
            },
            0);
  }

  private static void write(Connection connection, int packetType, int packetId, byte[] codes) {
    int size = MqttEncoder.subAckSize(packetType, connection.version(), codes.length);
    if (!connection.allows(size)) {
      connection.close(ReasonCode.PACKET_TOO_LARGE, "the answer is too large for the client");
      return;
    }
    ByteBuf out = connection.writer().reserve(size);
    MqttEncoder.subAck(out, packetType, packetId, connection.version(), codes);
  }
}
