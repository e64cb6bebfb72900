package io.nanomq.connection;

import io.nanomq.codec.MqttEncoder;
import io.nanomq.codec.PacketType;
import io.nanomq.codec.ReasonCode;
import io.nanomq.codec.SubscribeDecoder;
import io.nanomq.config.MqttConf;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.Subscribe;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.Unsubscribe;
import io.nanomq.session.Session;
import io.nanomq.session.Subscriptions;
import io.netty.buffer.ByteBuf;

/** SUBSCRIBE and UNSUBSCRIBE from a client, MQTT 5.0 sections 3.8 and 3.10. */
@LoopConfined
final class SubscribeHandler {
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
            body, flags, connection.version(), conf.maxFiltersPerPacket(), conf.maxPropertyBytes());
    Session session = connection.session();
    byte[] codes = new byte[packet.subscriptions().size()];
    for (int i = 0; i < codes.length; i++) {
      Subscription subscription = packet.subscriptions().get(i);
      ReasonCode refused = subscriptions.subscribe(session, subscription);
      if (refused == ReasonCode.SUCCESS) {
        codes[i] = (byte) subscription.qos();
      } else {
        codes[i] = (byte) (connection.version() == 5 ? refused.code() : 0x80);
      }
    }
    answer(connection, PacketType.SUBACK, packet.packetId(), codes);
    // Retained messages follow the SUBACK.
    session.pump();
  }

  void unsubscribe(Connection connection, int flags, ByteBuf body) {
    MqttConf conf = context.conf();
    Unsubscribe packet =
        SubscribeDecoder.unsubscribe(
            body, flags, connection.version(), conf.maxFiltersPerPacket(), conf.maxPropertyBytes());
    Session session = connection.session();
    byte[] codes = new byte[packet.filters().size()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) subscriptions.unsubscribe(session, packet.filters().get(i)).code();
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
                write(connection, packetType, packetId, codes);
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
