package io.nanomq.codec;

import io.nanomq.packet.Subscribe;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.Unsubscribe;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Reads SUBSCRIBE and UNSUBSCRIBE, MQTT 5.0 sections 3.8 and 3.10. */
public final class SubscribeDecoder {
  private SubscribeDecoder() {}

  /**
   * Reads one SUBSCRIBE.
   *
   * @param in narrowed to the packet's body
   * @param flags lower four bits of the first byte
   * @param version 3, 4 or 5
   * @param maxFilters topic filters that one packet may have
   * @throws ProtocolError as the clause says; 0x97 for too many filters
   */
  public static Subscribe subscribe(
      ByteBuf in, int flags, int version, int maxFilters, int maxPropertyBytes) {
    int packetId = packetId(in, flags, version, "SUBSCRIBE");
    int identifier = 0;
    if (version == 5) {
      PropertyReader properties = new PropertyReader(in, Property.IN_SUBSCRIBE, maxPropertyBytes);
      for (int id = properties.next(); id >= 0; id = properties.next()) {
        if (id == Property.SUBSCRIPTION_IDENTIFIER) {
          identifier = identifier(properties.readVarInt());
        } else {
          properties.skipUserProperty();
        }
      }
    }
    List<Subscription> subscriptions = new ArrayList<>(2);
    while (in.isReadable()) {
      checkCount(subscriptions.size(), maxFilters);
      subscriptions.add(subscription(in, version, identifier));
    }
    checkNotEmpty(subscriptions.size());
    return new Subscribe(packetId, subscriptions);
  }

  private static int identifier(int value) {
    if (value == 0) {
      throw ProtocolError.protocol("subscription identifier is 0");
    }
    return value;
  }

  private static Subscription subscription(ByteBuf in, int version, int identifier) {
    String filter = filter(in);
    if (!in.isReadable()) {
      throw ProtocolError.malformed("SUBSCRIBE is cut off");
    }
    int options = in.readUnsignedByte();
    int qos = options & 3;
    if (version < 5) {
      if (options > 2) {
        throw ProtocolError.malformed("requested QoS is not 0, 1 or 2 [MQTT-3-8.3-4]");
      }
      return new Subscription(filter, qos, false, false, 0, 0);
    }
    int retainHandling = options >> 4 & 3;
    if ((options & 0xC0) != 0) {
      throw ProtocolError.malformed("subscription options have reserved bits set [MQTT-3.8.3-5]");
    }
    if (qos == 3 || retainHandling == 3) {
      throw ProtocolError.protocol("maximum QoS or retain handling is 3");
    }
    boolean noLocal = (options & 0x04) != 0;
    if (noLocal && TopicRules.isShared(filter)) {
      throw ProtocolError.protocol("no local on a shared subscription [MQTT-3.8.3-4]");
    }
    boolean retainAsPublished = (options & 0x08) != 0;
    return new Subscription(filter, qos, noLocal, retainAsPublished, retainHandling, identifier);
  }

  /**
   * Reads one UNSUBSCRIBE; parameters and errors as for {@link #subscribe}.
   *
   * @throws ProtocolError as the clause says
   */
  public static Unsubscribe unsubscribe(
      ByteBuf in, int flags, int version, int maxFilters, int maxPropertyBytes) {
    int packetId = packetId(in, flags, version, "UNSUBSCRIBE");
    if (version == 5) {
      new PropertyReader(in, Property.IN_UNSUBSCRIBE, maxPropertyBytes).skipAll();
    }
    List<String> filters = new ArrayList<>(2);
    while (in.isReadable()) {
      checkCount(filters.size(), maxFilters);
      filters.add(filter(in));
    }
    checkNotEmpty(filters.size());
    return new Unsubscribe(packetId, filters);
  }

  private static int packetId(ByteBuf in, int flags, int version, String packet) {
    // MQTT 3.1 clients may set DUP on a SUBSCRIBE that they repeat.
    int fixed = version == 3 ? flags & ~0x08 : flags;
    if (fixed != 2) {
      throw ProtocolError.malformed(packet + " has wrong header flags");
    }
    return AckDecoder.packetId(in);
  }

  private static String filter(ByteBuf in) {
    String filter = Utf8.read(in, "topic filter");
    if (filter.isEmpty()) {
      throw ProtocolError.malformed("topic filter is empty [MQTT-4.7.3-1]");
    }
    return filter;
  }

  private static void checkCount(int count, int maxFilters) {
    if (count >= maxFilters) {
      throw new ProtocolError(ReasonCode.QUOTA_EXCEEDED, "too many topic filters in one packet");
    }
  }

  private static void checkNotEmpty(int count) {
    if (count == 0) {
      throw ProtocolError.protocol("packet without a topic filter [MQTT-3.8.3-2]");
    }
  }
}
