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
import io.nanomq.loop.TurnBudget;
import io.nanomq.packet.Subscribe;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.Unsubscribe;
import io.nanomq.session.Session;
import io.nanomq.session.Subscriptions;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/** SUBSCRIBE and UNSUBSCRIBE from a client, MQTT 5.0 sections 3.8 and 3.10. */
@LoopConfined
final class SubscribeHandler {
  private static final byte[] NO_PROPERTIES = {};

  private final ConnectionContext context;
  private final Subscriptions subscriptions;

  SubscribeHandler(ConnectionContext context) {
    this.context = context;
    this.subscriptions = context.subscriptions();
  }

  void subscribe(Connection connection, int flags, ByteBuf body) {
    MqttConf conf = context.conf();
    Subscribe packet =
        SubscribeDecoder.subscribe(
            body,
            flags,
            connection.version(),
            conf.client().maxFiltersPerPacket(),
            conf.packets().maxPropertyBytes());
    checkOffered(connection, packet);
    if (!context.access().asks()) {
      subscribe(connection, packet, each -> mounted(connection, each));
      return;
    }
    Subscribe real =
        new Subscribe(
            packet.packetId(),
            packet.subscriptions().stream().map(each -> mounted(connection, each)).toList());
    AccessQuestions.whenDecided(
        connection,
        real.subscriptions(),
        () -> subscribe(connection, real, UnaryOperator.identity()));
  }

  private Subscription mounted(Connection connection, Subscription asked) {
    String real = mounted(connection, asked.filter());
    return real.equals(asked.filter()) ? asked : asked.withFilter(real);
  }

  /**
   * @param named a subscription by its real name, one at a time: that may be work
   */
  private void subscribe(
      Connection connection, Subscribe packet, UnaryOperator<Subscription> named) {
    byte[] codes = new byte[packet.subscriptions().size()];
    connection.writer().subscribing();
    eachInTurn(
        connection,
        codes.length,
        i -> codes[i] = subscribe(connection, named.apply(packet.subscriptions().get(i))),
        () ->
            whenSafe(
                connection,
                () -> {
                  write(connection, PacketType.SUBACK, packet.packetId(), codes);
                  connection.writer().subscribed();
                  connection.session().pump();
                }));
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

  /** Does something for each filter of a packet, as many a turn as there is room for. */
  private void eachInTurn(Connection connection, int count, IntConsumer step, Runnable end) {
    if (!eachInTurn(connection, 0, count, step, end)) {
      connection.gate().shut(ReadGate.PACKET);
    }
  }

  private boolean eachInTurn(
      Connection connection, int from, int count, IntConsumer step, Runnable end) {
    TurnBudget budget = context.loop().budget();
    int i = from;
    // At least one, whatever else the turn has done.
    for (; i < count && (i == from || !budget.isUsedUp()); i++) {
      step.accept(i);
    }
    if (i == count) {
      end.run();
      return true;
    }
    int next = i;
    budget.nextTurn(() -> connection.attempt(() -> goOn(connection, next, count, step, end)));
    return false;
  }

  private void goOn(Connection connection, int from, int count, IntConsumer step, Runnable end) {
    // Where the connection is gone, nobody waits for the rest of it.
    if (connection.isConnected() && eachInTurn(connection, from, count, step, end)) {
      connection.gate().readOn(ReadGate.PACKET);
    }
  }

  void unsubscribe(Connection connection, int flags, ByteBuf body) {
    MqttConf conf = context.conf();
    Unsubscribe packet =
        SubscribeDecoder.unsubscribe(
            body,
            flags,
            connection.version(),
            conf.client().maxFiltersPerPacket(),
            conf.packets().maxPropertyBytes());
    greet(connection, packet.filters());
    Session session = connection.session();
    byte[] codes = new byte[packet.filters().size()];
    eachInTurn(
        connection,
        codes.length,
        i -> codes[i] = unsubscribe(session, mounted(connection, packet.filters().get(i))),
        () ->
            whenSafe(
                connection,
                () -> write(connection, PacketType.UNSUBACK, packet.packetId(), codes)));
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
