package io.nanomq.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.nanomq.codec.MessageProperties;
import io.nanomq.packet.Connect;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.Will;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.SessionCopy;
import io.nanomq.persistence.SessionRecord;
import io.nanomq.persistence.StoreClock;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes an export: one object a line, in UTF-8. Bytes are base64, times are milliseconds since
 * 1970, and what is false, empty or as usual is left out. {@link LineReader} reads it.
 */
final class LineWriter {
  static final int FORMAT = 2;

  private static final JsonFactory FACTORY = new JsonFactory();

  private final JsonGenerator json;
  private final StoreClock clock;
  private long lines;

  LineWriter(OutputStream out, StoreClock clock) throws IOException {
    this.json = FACTORY.createGenerator(out).setRootValueSeparator(new SerializedString(""));
    this.clock = clock;
  }

  /** Lines that are neither the first nor the last one. */
  long lines() {
    return lines;
  }

  void header(String version, long at) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", "nanomq-export");
    json.writeNumberField("format", FORMAT);
    json.writeStringField("version", version);
    json.writeNumberField("at", at);
    end();
  }

  void end(long count) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", "end");
    json.writeNumberField("lines", count);
    end();
  }

  private void end() throws IOException {
    json.writeEndObject();
    json.writeRaw('\n');
    json.flush();
  }

  private void begin(String kind) throws IOException {
    lines++;
    json.writeStartObject();
    json.writeStringField("kind", kind);
  }

  void retained(PublishMessage message) throws IOException {
    begin("retained");
    message(message, true);
    end();
  }

  private void message(PublishMessage message, boolean isRetained) throws IOException {
    json.writeStringField("topic", message.topic().text());
    json.writeNumberField("qos", message.qos());
    if (!isRetained) {
      flag("retain", message.retain());
    }
    bytes("payload", message.payload());
    properties(message.properties());
    if (message.expiresAtMillis() != PublishMessage.NEVER) {
      json.writeNumberField("expires_at", clock.toWall(message.expiresAtMillis()));
    }
    text("publisher", message.publisher());
  }

  /** That a property is there counts, even where it is empty or as usual [MQTT-3.3.2-4]. */
  private void properties(byte[] encoded) throws IOException {
    if (encoded.length == 0) {
      return;
    }
    MessageProperties.Values values = MessageProperties.read(encoded);
    Integer format = values.payloadFormat();
    if (format != null) {
      json.writeNumberField("payload_format_indicator", format);
    }
    property("content_type", values.contentType());
    property("response_topic", values.responseTopic());
    byte[] data = values.correlationData();
    if (data != null) {
      json.writeBinaryField("correlation_data", data);
    }
    List<String> user = values.userProperties();
    if (!user.isEmpty()) {
      json.writeArrayFieldStart("user_properties");
      for (int i = 0; i < user.size(); i += 2) {
        json.writeArray(new String[] {user.get(i), user.get(i + 1)}, 0, 2);
      }
      json.writeEndArray();
    }
  }

  private void property(String name, @Nullable String value) throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }

  void session(SessionCopy copy) throws IOException {
    SessionRecord record = copy.record();
    Connect connect = record.connect();
    begin("session");
    json.writeStringField("clientid", copy.clientId());
    json.writeNumberField("version", connect.version());
    if (copy.expiresAtWallMillis() != SessionCopy.NEVER) {
      json.writeNumberField("expires_at", copy.expiresAtWallMillis());
    }
    json.writeNumberField("keepalive", record.keepAliveSeconds());
    text("username", connect.username());
    flag("bridge", connect.isBridge());
    owner(record.owner());
    if (copy.unreleased().length > 0) {
      json.writeFieldName("unreleased");
      json.writeArray(copy.unreleased(), 0, copy.unreleased().length);
    }
    Will will = connect.will();
    if (will != null) {
      will(will, copy.willDueWallMillis());
    }
    end();
  }

  private void owner(SessionRecord.Owner owner) throws IOException {
    json.writeObjectFieldStart("owner");
    text("user", owner.user());
    text("link", owner.link());
    text("listener", owner.listener());
    text("mountpoint", owner.mountPoint());
    json.writeEndObject();
  }

  private void will(Will will, long due) throws IOException {
    json.writeObjectFieldStart("will");
    json.writeStringField("topic", will.topic().text());
    json.writeNumberField("qos", will.qos());
    flag("retain", will.retain());
    bytes("payload", will.payload());
    properties(will.properties());
    json.writeNumberField("due_at", due);
    if (will.expirySeconds() >= 0) {
      json.writeNumberField("expiry", will.expirySeconds());
    }
    json.writeEndObject();
  }

  void subscription(String clientId, Subscription subscription) throws IOException {
    begin("subscription");
    json.writeStringField("clientid", clientId);
    json.writeStringField("filter", subscription.filter());
    json.writeNumberField("qos", subscription.qos());
    flag("no_local", subscription.noLocal());
    flag("retain_as_published", subscription.retainAsPublished());
    number("retain_handling", subscription.retainHandling());
    number("identifier", subscription.identifier());
    end();
  }

  void message(String clientId, RecoveredSession.Message queued) throws IOException {
    PublishMessage message = queued.message();
    begin("message");
    json.writeStringField("clientid", clientId);
    if (message != null && !queued.taken()) {
      message(message, false);
    }
    delivery(queued);
    end();
  }

  private void delivery(RecoveredSession.Message queued) throws IOException {
    DeliveryOptions options = queued.delivery();
    json.writeObjectFieldStart("delivery");
    json.writeNumberField("qos", options.qos());
    flag("retain", options.retain());
    int[] identifiers = options.identifiers();
    if (identifiers != null) {
      json.writeFieldName("identifiers");
      json.writeArray(identifiers, 0, identifiers.length);
    }
    GroupName group = options.group();
    text("group", group == null ? null : group.filter());
    number("packet_id", queued.packetId());
    flag("received", queued.taken());
    json.writeEndObject();
  }

  private void flag(String name, boolean value) throws IOException {
    if (value) {
      json.writeBooleanField(name, true);
    }
  }

  private void number(String name, int value) throws IOException {
    if (value != 0) {
      json.writeNumberField(name, value);
    }
  }

  private void text(String name, @Nullable String value) throws IOException {
    if (value != null && !value.isEmpty()) {
      json.writeStringField(name, value);
    }
  }

  private void bytes(String name, byte[] value) throws IOException {
    if (value.length > 0) {
      json.writeBinaryField(name, value);
    }
  }
}
