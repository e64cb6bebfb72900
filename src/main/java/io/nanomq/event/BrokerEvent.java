package io.nanomq.event;

import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import org.jspecify.annotations.Nullable;

/** Something that happened, as a value that any thread may keep. */
public sealed interface BrokerEvent {
  /** An event with its client, and the heads of their texts. */
  int OBJECT_BYTES = 256;

  /** What kinds of events there are. */
  enum Kind {
    CONNECTED,
    DISCONNECTED,
    SUBSCRIBED,
    UNSUBSCRIBED,
    DROPPED,
    DENIED,
    BRIDGE_DOWN,
    BRIDGE_UP,
    CONNECTING,
    ANSWERED,
    SUBSCRIBING,
    UNSUBSCRIBING,
    ENDED,
    PUBLISHED,
    DELIVERED,
    ACKNOWLEDGED,
    MESSAGE_DROPPED,
    TRACED
  }

  Kind kind();

  /** When it happened, in milliseconds since 1970. */
  long atMillis();

  /** Whom it happened to; empty where it belongs to no client. */
  String clientId();

  /** What it costs to keep, in bytes. */
  default int bytes() {
    return OBJECT_BYTES + 2 * clientId().length();
  }

  /**
   * Who a connection belongs to.
   *
   * @param username null where CONNECT had none
   * @param address IP address of the peer, empty where it is not known
   */
  record Client(String clientId, @Nullable String username, String address) {
    private int bytes() {
      int name = username == null ? 0 : username.length();
      return OBJECT_BYTES + 2 * (clientId.length() + name + address.length());
    }
  }

  /** What happens to a connection. */
  sealed interface OfClient extends BrokerEvent {
    Client client();

    @Override
    default String clientId() {
      return client().clientId();
    }

    @Override
    default int bytes() {
      return client().bytes();
    }
  }

  /** What happens to a subscription. */
  sealed interface OfFilter extends BrokerEvent {
    String filter();

    @Override
    default int bytes() {
      return OBJECT_BYTES + 2 * (clientId().length() + filter().length());
    }
  }

  /**
   * A client was let in: CONNACK was sent.
   *
   * @param version of MQTT: 3, 4 or 5
   * @param keepAliveSeconds keep alive in force
   */
  record Connected(
      long atMillis, Client client, int version, int keepAliveSeconds, boolean cleanStart)
      implements OfClient {
    @Override
    public Kind kind() {
      return Kind.CONNECTED;
    }
  }

  /**
   * The connection of a client that had been let in is over.
   *
   * @param reasonCode of the DISCONNECT that either side sent, or would have sent; 0x80 where the
   *     connection broke
   */
  record Disconnected(long atMillis, Client client, int reasonCode) implements OfClient {
    @Override
    public Kind kind() {
      return Kind.DISCONNECTED;
    }
  }

  /**
   * A bridge has had no connection for so long that somebody should look, or has one again.
   *
   * @param name of the bridge
   * @param error why its last connection ended, or was not made; empty where none did
   */
  record Bridged(long atMillis, boolean up, String name, String error) implements BrokerEvent {
    @Override
    public Kind kind() {
      return up ? Kind.BRIDGE_UP : Kind.BRIDGE_DOWN;
    }

    @Override
    public String clientId() {
      return "";
    }

    @Override
    public int bytes() {
      return OBJECT_BYTES + 2 * (name.length() + error.length());
    }
  }

  /** A subscription was added, or its options changed. */
  record Subscribed(long atMillis, String clientId, String filter, int qos) implements OfFilter {
    @Override
    public Kind kind() {
      return Kind.SUBSCRIBED;
    }
  }

  /** A subscription was removed at somebody's request, not because its session ended. */
  record Unsubscribed(long atMillis, String clientId, String filter) implements OfFilter {
    @Override
    public Kind kind() {
      return Kind.UNSUBSCRIBED;
    }
  }

  /**
   * Messages were dropped, or connections not served.
   *
   * @param count how many within the last second
   */
  record Dropped(long atMillis, String clientId, DropReason reason, long count)
      implements BrokerEvent {
    @Override
    public Kind kind() {
      return Kind.DROPPED;
    }
  }

  /**
   * A client was denied what it wanted to do. Of very many at once some are told.
   *
   * @param action publish or subscribe
   * @param topic name or filter
   * @param reason what decided: a rule with its file and line, or no rule
   */
  record Denied(long atMillis, Client client, String action, String topic, String reason)
      implements OfClient {
    @Override
    public Kind kind() {
      return Kind.DENIED;
    }

    @Override
    public int bytes() {
      return client.bytes() + 2 * (topic.length() + reason.length());
    }
  }

  /** A CONNECT has come, of which nothing is known but what it says. */
  record Connecting(long atMillis, Client client, int version, int keepAliveSeconds)
      implements OfClient {
    @Override
    public Kind kind() {
      return Kind.CONNECTING;
    }
  }

  /**
   * A CONNECT was answered.
   *
   * @param reasonCode of MQTT 5, whatever the client speaks; 0 = let in
   */
  record Answered(long atMillis, Client client, int version, int keepAliveSeconds, int reasonCode)
      implements OfClient {
    @Override
    public Kind kind() {
      return Kind.ANSWERED;
    }
  }

  /**
   * A client asks to subscribe or to unsubscribe; nobody has looked at whether it may.
   *
   * @param qos asked for; 0 where it unsubscribes
   */
  record Asked(Kind kind, long atMillis, String clientId, String filter, int qos)
      implements OfFilter {}

  /** Why a session is over. */
  enum End {
    /** With its connection, by its Session Expiry Interval of 0. */
    NORMAL,
    /** Its Session Expiry Interval is over. */
    EXPIRED,
    /** Its client has begun another one with a clean start. */
    DISCARDED,
    /** An administrator, or a changed configuration, has ended it. */
    KICKED
  }

  /** A session is over, with all that it had. */
  record Ended(long atMillis, Client client, End why) implements OfClient {
    @Override
    public Kind kind() {
      return Kind.ENDED;
    }
  }

  /**
   * A message was published, given to a client's socket, or acknowledged by that client: at QoS 2
   * with its PUBREC.
   *
   * @param clientId who published it, or whom it went to; empty where the broker published it
   * @param username of that client
   */
  record Message(
      Kind kind, long atMillis, String clientId, @Nullable String username, PublishMessage message)
      implements BrokerEvent {
    @Override
    public int bytes() {
      return OBJECT_BYTES + 2 * clientId.length() + message.retainedBytes();
    }
  }

  /**
   * One message for a client is dropped; {@link Dropped} tells how many.
   *
   * @param clientId whom it was for
   * @param username of that client
   */
  record MessageDropped(
      long atMillis,
      String clientId,
      @Nullable String username,
      DropReason reason,
      PublishMessage message)
      implements BrokerEvent {
    @Override
    public Kind kind() {
      return Kind.MESSAGE_DROPPED;
    }

    @Override
    public int bytes() {
      return OBJECT_BYTES + 2 * clientId.length() + message.retainedBytes();
    }
  }

  /**
   * Something that a trace follows has happened.
   *
   * @param trace its number
   * @param withPayload whether its reader is to see payloads
   * @param address of the client that it happened to; empty where it is not known
   */
  record Traced(long trace, boolean withPayload, String address, BrokerEvent event)
      implements BrokerEvent {
    @Override
    public Kind kind() {
      return Kind.TRACED;
    }

    @Override
    public long atMillis() {
      return event.atMillis();
    }

    @Override
    public String clientId() {
      return event.clientId();
    }

    @Override
    public int bytes() {
      return event.bytes() + 2 * address.length();
    }
  }

  /**
   * A trace is over.
   *
   * @param why what has ended it: time, lines, bytes, removed or stop
   * @param lines that it has told
   */
  record TraceEnded(long atMillis, long trace, String why, long lines) implements BrokerEvent {
    @Override
    public Kind kind() {
      return Kind.TRACED;
    }

    @Override
    public String clientId() {
      return "";
    }
  }
}
