package io.nanomq.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nanomq.codec.MessageProperties;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.TopicRules;
import io.nanomq.config.model.MqttConf;
import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.nanomq.packet.Will;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.SessionCopy;
import io.nanomq.persistence.SessionRecord;
import io.nanomq.persistence.StoreClock;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@link LineWriter} writes; what a client could not have sent is refused. */
final class LineReader {
  private static final int MAX_DEPTH = 4;
  private static final int MAX_NUMBER = 20;

  /** Those of all packet identifiers, and as much again: a tree of them has up to 46 bytes each. */
  private static final int MAX_TOKENS = 131_072;

  private static final int MAX_PACKET_ID = 65_535;
  private static final int MAX_IDENTIFIERS = 1024;
  private static final int MAX_IDENTIFIER = 268_435_455;
  private static final long LATEST = Long.MAX_VALUE / 4;
  private static final long NONE = -1;

  private final JsonMapper mapper;
  private final MqttConf conf;
  private final StoreClock clock;

  /**
   * @param maxLineBytes no text is longer
   */
  LineReader(MqttConf conf, StoreClock clock, int maxLineBytes) {
    this.conf = conf;
    this.clock = clock;
    var limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxNumberLength(MAX_NUMBER)
            .maxTokenCount(MAX_TOKENS)
            .maxStringLength(maxLineBytes)
            .build();
    mapper =
        JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
  }

  Line read(byte[] line, int length) throws LineException {
    JsonNode node;
    try {
      node = mapper.readTree(line, 0, length);
    } catch (JsonProcessingException e) {
      throw new LineException("no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new LineException("no JSON: " + e.getMessage());
    }
    if (!(node instanceof ObjectNode object)) {
      throw new LineException("no object of JSON");
    }
    Fields in = new Fields(object, "");
    String kind = in.textOrEmpty("kind");
    Line read =
        switch (kind) {
          case "nanomq-export" -> header(in);
          case "retained" -> new Line.OfRetained(retained(in));
          case "session" -> new Line.OfSession(session(in));
          case "subscription" -> subscription(in);
          case "message" -> message(in);
          case "end" -> new Line.End(in.number("lines", 0, Long.MAX_VALUE, 0));
          default -> throw new LineException("kind is none that this version knows");
        };
    in.end();
    return read;
  }

  private static Line header(Fields in) throws LineException {
    in.number("at", 0, Long.MAX_VALUE, 0);
    return new Line.Header(in.number("format", 1, Integer.MAX_VALUE), in.textOrEmpty("version"));
  }

  // ---- messages

  private PublishMessage retained(Fields in) throws LineException {
    PublishMessage message = message(in, true);
    checkRetain(true);
    if (message.payload().length == 0) {
      throw new LineException("payload is empty, which is no retained message");
    }
    if (TopicRules.isBrokersOwn(message.topic().text())) {
      throw new LineException("topic is the broker's own");
    }
    return message;
  }

  private void checkRetain(boolean retain) throws LineException {
    if (retain && !conf.capabilities().retained()) {
      throw new LineException("messages are not retained here: retain_available is false");
    }
  }

  private PublishMessage message(Fields in, boolean isRetained) throws LineException {
    TopicName topic = topic(in);
    int qos = in.number("qos", 0, conf.capabilities().maxQos());
    boolean retain = isRetained || in.flag("retain");
    byte[] payload = in.bytes("payload");
    byte[] properties = properties(in);
    checkSize(topic, payload, properties);
    var message = new PublishMessage(topic, payload, properties, qos, retain, expiry(in));
    String publisher = in.text("publisher", false);
    return publisher == null ? message : message.by(publisher);
  }

  private long expiry(Fields in) throws LineException {
    long expires = in.number("expires_at", 0, LATEST, NONE);
    return expires == NONE ? PublishMessage.NEVER : clock.toLoop(expires);
  }

  private TopicName topic(Fields in) throws LineException {
    String topic = in.mqttText("topic");
    if (TopicRules.hasWildcard(topic)
        || TopicRules.levels(topic) > conf.client().maxTopicLevels()) {
      throw new LineException("topic has wildcards, or more levels than topics may have");
    }
    return TopicName.of(topic);
  }

  /** Each by its name, or all as in a PUBLISH, as an export of format 1 has them. */
  private byte[] properties(Fields in) throws LineException {
    byte[] section = in.bytes("properties");
    byte[] named = named(in);
    if (section.length > 0 && named.length > 0) {
      throw new LineException("properties stand beside some that are named");
    }
    try {
      MessageProperties.check(section, conf.packets().maxPropertyBytes());
    } catch (ProtocolError wrong) {
      throw new LineException("properties are not as in a PUBLISH: " + wrong.getMessage());
    }
    return section.length > 0 ? section : named;
  }

  private byte[] named(Fields in) throws LineException {
    var out = new MessageProperties(conf.packets().maxPropertyBytes());
    try {
      long format = in.number("payload_format_indicator", 0, 1, NONE);
      if (format != NONE) {
        out.payloadFormat(format == 1);
      }
      String contentType = in.text("content_type", false);
      if (contentType != null) {
        out.contentType(contentType);
      }
      String responseTopic = in.text("response_topic", false);
      if (responseTopic != null) {
        out.responseTopic(responseTopic);
      }
      if (in.has("correlation_data")) {
        out.correlationData(in.bytes("correlation_data"));
      }
      List<String> user = in.pairs("user_properties");
      for (int i = 0; i < user.size(); i += 2) {
        out.userProperty(user.get(i), user.get(i + 1));
      }
    } catch (IllegalArgumentException wrong) {
      throw new LineException(String.valueOf(wrong.getMessage()));
    }
    return out.toBytes();
  }

  private void checkSize(TopicName topic, byte[] payload, byte[] properties) throws LineException {
    if ((long) topic.utf8().length + payload.length + properties.length
        > conf.packets().maxBytes()) {
      throw new LineException("the message is larger than max_packet_size");
    }
  }

  private Line message(Fields in) throws LineException {
    String clientId = in.mqttText("clientid");
    Fields to = in.object("delivery");
    if (to == null) {
      throw new LineException("delivery is missing");
    }
    DeliveryOptions options = options(to);
    int packetId = (int) to.number("packet_id", 1, MAX_PACKET_ID, 0);
    boolean received = to.flag("received");
    to.end();
    if (received && (options.qos() < 2 || packetId == 0)) {
      throw new LineException("delivery.received is of QoS 2 with a packet_id only");
    }
    PublishMessage message = received ? null : message(in, false);
    return new Line.OfMessage(
        clientId, new RecoveredSession.Message(0, 0, message, options, packetId, received));
  }

  private DeliveryOptions options(Fields to) throws LineException {
    int qos = to.number("qos", 1, 2);
    String group = to.text("group", false);
    boolean isGroup =
        group == null
            || TopicRules.isShared(group)
                && TopicRules.isSubscribable(group, conf.client().maxTopicLevels());
    if (!isGroup) {
      throw new LineException("delivery.group is no filter of a shared subscription");
    }
    return new DeliveryOptions(
        qos,
        to.flag("retain"),
        to.numbers("identifiers", 1, MAX_IDENTIFIER, MAX_IDENTIFIERS),
        group == null ? null : GroupName.of(group));
  }

  // ---- sessions

  private SessionCopy session(Fields in) throws LineException {
    String clientId = in.mqttText("clientid");
    long expires = in.number("expires_at", 0, LATEST, SessionCopy.NEVER);
    SessionRecord.Owner owner = owner(in.object("owner"));
    int[] unreleased = in.numbers("unreleased", 1, MAX_PACKET_ID, MAX_PACKET_ID);
    Fields last = in.object("will");
    long due = last == null ? 0 : last.number("due_at", 0, LATEST, 0);
    Will will = last == null ? null : will(last);
    Connect connect = connect(in, clientId, will);
    return new SessionCopy(
        new SessionRecord(connect, Connect.NEVER_EXPIRES, connect.keepAliveSeconds(), owner),
        expires,
        due,
        List.of(),
        unreleased == null ? new int[0] : unreleased,
        false);
  }

  private static Connect connect(Fields in, String clientId, @Nullable Will will)
      throws LineException {
    var properties = ConnectProperties.NEVER_EXPIRES;
    return new Connect(
        in.number("version", 3, 5),
        clientId,
        false,
        in.number("keepalive", 0, MAX_PACKET_ID),
        in.text("username", false),
        null,
        will,
        in.flag("bridge") ? properties.ofBridge() : properties);
  }

  private static SessionRecord.Owner owner(@Nullable Fields in) throws LineException {
    if (in == null) {
      throw new LineException("owner is missing");
    }
    var owner =
        new SessionRecord.Owner(
            in.text("user", false),
            in.textOrEmpty("link"),
            in.textOrEmpty("listener"),
            in.textOrEmpty("mountpoint"));
    in.end();
    return owner;
  }

  private Will will(Fields in) throws LineException {
    TopicName topic = topic(in);
    if (TopicRules.isBrokersOwn(topic.text())) {
      throw new LineException("will.topic is the broker's own");
    }
    byte[] payload = in.bytes("payload");
    byte[] properties = properties(in);
    checkSize(topic, payload, properties);
    int qos = in.number("qos", 0, conf.capabilities().maxQos());
    boolean retain = in.flag("retain");
    checkRetain(retain);
    long expiry = in.number("expiry", 0, Connect.NEVER_EXPIRES, NONE);
    in.end();
    return new Will(topic, payload, properties, qos, retain, 0, expiry);
  }

  private Line subscription(Fields in) throws LineException {
    String clientId = in.mqttText("clientid");
    String filter = in.mqttText("filter");
    if (!TopicRules.isSubscribable(filter, conf.client().maxTopicLevels())) {
      throw new LineException("filter is none that can be subscribed to");
    }
    boolean noLocal = in.flag("no_local");
    if (noLocal && TopicRules.isShared(filter)) {
      throw new LineException("no_local is not for shared subscriptions");
    }
    return new Line.OfSubscription(
        clientId,
        new Subscription(
            filter,
            in.number("qos", 0, 2),
            noLocal,
            in.flag("retain_as_published"),
            (int) in.number("retain_handling", 0, 2, 0),
            (int) in.number("identifier", 0, MAX_IDENTIFIER, 0)));
  }
}
