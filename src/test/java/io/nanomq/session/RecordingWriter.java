package io.nanomq.session;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ReasonCode;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A socket that writes down what it is given. */
final class RecordingWriter implements PacketWriter {
  /**
   * One packet.
   *
   * @param payload of a PUBLISH; {@code PUBREL} for that
   */
  record Sent(
      String payload, int qos, int id, boolean dup, boolean retain, List<Integer> identifiers) {
    boolean isRelease() {
      return payload.equals("PUBREL");
    }
  }

  private final int version;
  final List<Sent> sent = new ArrayList<>();
  final List<ReasonCode> closed = new ArrayList<>();
  int room = Integer.MAX_VALUE;
  int maxPacketBytes = Integer.MAX_VALUE;
  Runnable onPublish = () -> {};

  RecordingWriter(int version) {
    this.version = version;
  }

  @Override
  public int version() {
    return version;
  }

  @Override
  public boolean isWritable() {
    return room > 0;
  }

  @Override
  public int maxPacketBytes() {
    return maxPacketBytes;
  }

  @Override
  public boolean fits(OutgoingPublish message, boolean withId, int @Nullable [] identifiers) {
    return message.size(version == 5, withId, identifiers) <= maxPacketBytes;
  }

  @Override
  public void publish(
      OutgoingPublish message,
      int qos,
      int packetId,
      boolean dup,
      boolean retain,
      int @Nullable [] identifiers) {
    room--;
    List<Integer> ids =
        identifiers == null ? List.of() : Arrays.stream(identifiers).boxed().toList();
    // What stands in the frame, not in the message: they must be of one delivery.
    OutgoingPublish.Frame frame = message.frame(version == 5, qos > 0);
    ByteBuf rest = frame.payload();
    String head =
        frame.bytes().toString(frame.start(), frame.length(), StandardCharsets.UTF_8)
            + (rest == null ? "" : rest.toString(StandardCharsets.UTF_8));
    String payload = new String(message.message().payload(), StandardCharsets.UTF_8);
    if (!head.endsWith(payload)) {
      throw new AssertionError("the frame is of another message: " + head);
    }
    onPublish.run();
    sent.add(new Sent(payload, qos, packetId, dup, retain, ids));
  }

  @Override
  public void release(int packetId) {
    sent.add(new Sent("PUBREL", 0, packetId, false, false, List.of()));
  }

  @Override
  public void close(ReasonCode reason, @Nullable String message) {
    closed.add(reason);
  }

  List<String> payloads() {
    return sent.stream().map(Sent::payload).toList();
  }

  Sent last() {
    return sent.get(sent.size() - 1);
  }
}
