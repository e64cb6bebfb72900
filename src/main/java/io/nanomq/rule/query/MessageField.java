package io.nanomq.rule.query;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a rule can ask a message for. */
public enum MessageField {
  QOS,
  ID,
  TOPIC,
  CLIENTID,
  USERNAME,
  TIMESTAMP,
  PAYLOAD;

  /** As it stands in queries and results. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The field of that name, in any case; null = none. */
  static @Nullable MessageField of(String name) {
    for (MessageField field : values()) {
      if (field.name().equalsIgnoreCase(name)) {
        return field;
      }
    }
    return null;
  }

  @Nullable Object of(RuleMessage message) {
    return switch (this) {
      case QOS -> (long) message.qos();
      case ID -> (long) message.packetId();
      case TOPIC -> message.topic();
      case CLIENTID -> message.clientId();
      case USERNAME -> message.username();
      case TIMESTAMP -> message.timestampSeconds();
      case PAYLOAD -> message.payloadText();
    };
  }
}
