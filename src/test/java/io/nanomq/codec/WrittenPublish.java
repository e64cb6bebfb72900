package io.nanomq.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A PUBLISH as a client reads it, taken apart without the broker's own decoder.
 *
 * @param forwarded the properties but expiry, alias and identifiers, as hexadecimal digits
 * @param expirySeconds -1 = none
 */
public record WrittenPublish(
    int firstByte,
    String topic,
    int packetId,
    long expirySeconds,
    int alias,
    List<Integer> identifiers,
    String forwarded,
    String payload) {

  /** Reads exactly one packet. */
  public static WrittenPublish read(ByteBuf in, boolean v5) {
    int first = in.readUnsignedByte();
    int length = varInt(in);
    if (length != in.readableBytes()) {
      throw new AssertionError("remaining length " + length + " of " + in.readableBytes());
    }
    String topic = in.readCharSequence(in.readUnsignedShort(), StandardCharsets.UTF_8).toString();
    int id = (first & 6) == 0 ? 0 : in.readUnsignedShort();
    Section section = new Section();
    if (v5) {
      section.read(in.readSlice(varInt(in)));
    }
    String payload = ByteBufUtil.hexDump(in);
    return new WrittenPublish(
        first,
        topic,
        id,
        section.expiry,
        section.alias,
        section.identifiers,
        section.forwarded.toString(),
        payload);
  }

  private static int varInt(ByteBuf in) {
    int value = 0;
    int shift = 0;
    while (true) {
      int digit = in.readUnsignedByte();
      value |= (digit & 127) << shift;
      shift += 7;
      if (digit < 128) {
        return value;
      }
    }
  }

  private static final class Section {
    private final StringBuilder forwarded = new StringBuilder();
    private final List<Integer> identifiers = new ArrayList<>();
    private long expiry = -1;
    private int alias;

    void read(ByteBuf in) {
      while (in.isReadable()) {
        int start = in.readerIndex();
        switch (in.readUnsignedByte()) {
          case 0x02 -> expiry = in.readUnsignedInt();
          case 0x0B -> identifiers.add(varInt(in));
          case 0x23 -> alias = in.readUnsignedShort();
          case 0x01 -> in.skipBytes(1);
          case 0x26 -> {
            in.skipBytes(in.readUnsignedShort());
            in.skipBytes(in.readUnsignedShort());
          }
          default -> in.skipBytes(in.readUnsignedShort());
        }
        int id = in.getUnsignedByte(start);
        if (id != 0x02 && id != 0x0B && id != 0x23) {
          forwarded.append(ByteBufUtil.hexDump(in, start, in.readerIndex() - start));
        }
      }
    }
  }
}
