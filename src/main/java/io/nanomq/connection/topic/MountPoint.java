package io.nanomq.connection.topic;

import io.nanomq.codec.IncomingPublish;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.codec.TopicRules;
import io.nanomq.packet.Connect;
import io.nanomq.packet.TopicName;
import io.nanomq.packet.Will;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What stands before all topics of a listener's clients. It is put on as packets come in and taken
 * off as they go out: from the handlers on there are real topics only, which rules, the API, events
 * and other listeners see. Immutable, for any thread.
 */
public final class MountPoint {
  private static final int MAX_TOPIC_BYTES = 0xFFFF;

  /** Which nobody can subscribe to. */
  private static final String NO_FILTER = "";

  private final String text;
  private final byte[] utf8;

  /**
   * @param text whole levels with a slash at their end
   */
  public MountPoint(String text) {
    this.text = text;
    this.utf8 = text.getBytes(StandardCharsets.UTF_8);
  }

  public String text() {
    return text;
  }

  /** Bytes that it has. */
  public int length() {
    return utf8.length;
  }

  /**
   * Writes the real topic of a packet.
   *
   * @throws ProtocolError 0x90 where there is no topic, or it is longer than topics may be
   */
  public void write(IncomingPublish packet, ByteBuf out) {
    int length = packet.topicLength();
    if (length == 0 || length > MAX_TOPIC_BYTES - utf8.length) {
      throw new ProtocolError(ReasonCode.TOPIC_NAME_INVALID, "topic name is empty or too long");
    }
    out.clear()
        .writeBytes(utf8)
        .writeBytes(packet.buffer(), packet.topicStart(), packet.topicLength());
  }

  /** A CONNECT with the real topic of its will. */
  public Connect mount(Connect packet) {
    Will will = packet.will();
    if (will == null) {
      return packet;
    }
    // One that is too long is refused as that.
    return packet.withWill(will.withTopic(TopicName.of(text + will.topic().text())));
  }

  /** A filter; what is none, or would be too long, becomes one that is refused as that. */
  public String mount(String filter) {
    int start = TopicRules.isShared(filter) ? TopicRules.sharedFilterStart(filter) : 0;
    String bare = start < 0 ? "" : filter.substring(start);
    boolean isFilter =
        TopicRules.isValidFilter(bare)
            && filter.getBytes(StandardCharsets.UTF_8).length <= MAX_TOPIC_BYTES - utf8.length;
    return isFilter ? filter.substring(0, start) + text + bare : NO_FILTER;
  }
}
