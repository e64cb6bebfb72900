package io.nanomq.connection;

import io.nanomq.codec.DisconnectDecoder;
import io.nanomq.codec.MqttEncoder;
import io.nanomq.codec.PacketType;
import io.nanomq.codec.ProtocolError;
import io.nanomq.config.model.MqttConf.Rates;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.Disconnect;
import io.nanomq.session.Session;
import io.netty.buffer.ByteBuf;

/** The one switch on packet type, for all connections of a loop. */
@LoopConfined
final class ConnectionHandler {
  private static final int PUBACK_WITHOUT_FLAGS = PacketType.PUBACK << 4;

  /**
   * Types of packets that are answered once the store has what they bring, and whose clients may
   * send more without waiting for that. A bit for each.
   */
  private static final int ANSWERED_WHEN_SAFE =
      1 << PacketType.PUBREC
          | 1 << PacketType.PUBREL
          | 1 << PacketType.SUBSCRIBE
          | 1 << PacketType.UNSUBSCRIBE;

  private static final int WITH_FILTERS = 1 << PacketType.SUBSCRIBE | 1 << PacketType.UNSUBSCRIBE;

  private final ConnectionContext context;
  private final ConnectHandler connects;
  private final PublishHandler publishes;
  private final AckHandler acks;
  private final FilterPackets filters;
  private final SubscribeHandler subscribes;

  ConnectionHandler(ConnectionContext context, ConnectionContext[] all) {
    this.context = context;
    this.connects = new ConnectHandler(context, all);
    this.publishes = new PublishHandler(context);
    this.acks = new AckHandler(context);
    this.filters = new FilterPackets(context, all.length);
    this.subscribes = new SubscribeHandler(context, filters);
  }

  ConnectHandler connects() {
    return connects;
  }

  /**
   * Handles one packet; the parameters are those of {@link
   * io.nanomq.codec.MqttDecoder.Frames#packet}.
   *
   * @return false = not in this turn: it is to be handled again
   * @throws ProtocolError ends the connection
   */
  boolean handle(Connection connection, ByteBuf in, int start, int bodyStart, int end) {
    int first = in.getByte(start);
    int type = first >> 4 & 15;
    if (type == PacketType.PUBLISH && connection.isConnected()) {
      return publishes.handle(connection, in, start, bodyStart, end);
    }
    boolean wasConnected = connection.isConnected();
    if (wasConnected && first == PUBACK_WITHOUT_FLAGS && end - bodyStart == 2) {
      // One for each message at QoS 1: nothing is in it but the packet identifier.
      acks.acknowledged(connection, in.getUnsignedShort(bodyStart));
      count(connection, end - start);
      return true;
    }
    if ((ANSWERED_WHEN_SAFE & 1 << type) != 0 && mustWait(connection)) {
      return false;
    }
    if ((WITH_FILTERS & 1 << type) != 0
        && wasConnected
        && !filters.hasRoom(connection, end - bodyStart)) {
      return false;
    }
    int readerIndex = in.readerIndex();
    int writerIndex = in.writerIndex();
    in.setIndex(bodyStart, end);
    try {
      if (!wasConnected) {
        handleFirst(connection, type, first & 15, in);
      } else {
        handleRare(connection, type, first & 15, in);
      }
    } finally {
      in.setIndex(readerIndex, writerIndex);
    }
    if (wasConnected) {
      count(connection, end - start);
    }
    return true;
  }

  /**
   * Whether the disk has not caught up and the answer would wait for it: then the client may as
   * well. Who does not need the disk is served, however long it fails.
   */
  private boolean mustWait(Connection connection) {
    boolean waits = connection.isConnected() && isStoreBehind() && isAnsweredWhenSafe(connection);
    if (waits) {
      connection.gate().awaitLoops(this::isStoreBehind);
    }
    return waits;
  }

  private static boolean isAnsweredWhenSafe(Connection connection) {
    return connection.session().storedNumber() != 0 || connection.acks().isWaiting();
  }

  private boolean isStoreBehind() {
    return context.store().isBehind() || context.store().isCrowded();
  }

  private void count(Connection connection, int bytes) {
    Rates rates = context.conf().rates();
    boolean isBound = rates != Rates.NONE || connection.listener().meter().countsPackets();
    if (isBound && !connection.isClosed()) {
      connection.gate().count(rates, 0, bytes);
    }
  }

  private void handleFirst(Connection connection, int type, int flags, ByteBuf body) {
    if (connection.exchange() != null) {
      // CONNECT is there, and what it was asked is to be answered [MQTT-4.12.0-2].
      switch (type) {
        case PacketType.AUTH -> connects.logins().auth(connection, flags, body);
        case PacketType.DISCONNECT -> disconnect(connection, flags, body);
        default -> throw ProtocolError.protocol("packet type " + type + " before CONNACK");
      }
    } else if (type == PacketType.CONNECT) {
      connects.handle(connection, flags, body);
    } else {
      throw ProtocolError.protocol("first packet is not a CONNECT [MQTT-3.1.0-1]");
    }
  }

  private void handleRare(Connection connection, int type, int flags, ByteBuf body) {
    switch (type) {
      case PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL, PacketType.PUBCOMP ->
          acks.handle(connection, type, flags, body);
      case PacketType.SUBSCRIBE -> subscribes.subscribe(connection, flags, body);
      case PacketType.UNSUBSCRIBE -> subscribes.unsubscribe(connection, flags, body);
      case PacketType.PINGREQ -> ping(connection, flags, body);
      case PacketType.DISCONNECT -> disconnect(connection, flags, body);
      case PacketType.CONNECT -> throw ProtocolError.protocol("second CONNECT [MQTT-3.1.0-2]");
      case PacketType.AUTH -> {
        if (connection.version() < 5) {
          throw ProtocolError.malformed("packet type 15 is reserved");
        }
        connects.logins().auth(connection, flags, body);
      }
      default -> throw ProtocolError.protocol("packet type " + type + " from a client");
    }
  }

  private static void ping(Connection connection, int flags, ByteBuf body) {
    if (flags != 0 || body.isReadable()) {
      throw ProtocolError.malformed("PINGREQ has flags or a body");
    }
    MqttEncoder.pingResponse(connection.writer().reserve(2));
  }

  private void disconnect(Connection connection, int flags, ByteBuf body) {
    Disconnect packet =
        DisconnectDecoder.decode(
            body, flags, connection.version(), context.conf().packets().maxPropertyBytes());
    if (packet.sessionExpirySeconds() >= 0 && connection.isConnected()) {
      changeExpiry(connection.session(), packet.sessionExpirySeconds());
    }
    connection.end(packet.reasonCode());
  }

  private void changeExpiry(Session session, long seconds) {
    if (session.connect().sessionExpirySeconds() == 0 && seconds > 0) {
      throw ProtocolError.protocol("session expiry raised from 0 [MQTT-3.14.2-2]");
    }
    session.expirySeconds(Math.min(seconds, context.conf().client().maxSessionExpirySeconds()));
  }
}
