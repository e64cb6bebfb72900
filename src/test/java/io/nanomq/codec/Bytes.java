package io.nanomq.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes packets by hand, legal and not, for the tests of whoever reads them. */
public final class Bytes {
  private final ByteBuf out = Unpooled.buffer();

  public static Bytes of() {
    return new Bytes();
  }

  /** Bytes as hexadecimal digits; blanks are passed over. */
  public static ByteBuf hex(String digits) {
    return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(digits.replace(" ", "")));
  }

  public static String hex(ByteBuf bytes) {
    return ByteBufUtil.hexDump(bytes);
  }

  /** A whole packet: first byte, remaining length, body. */
  public static ByteBuf packet(int firstByte, ByteBuf body) {
    ByteBuf packet = Unpooled.buffer();
    packet.writeByte(firstByte);
    VarInt.write(packet, body.readableBytes());
    return packet.writeBytes(body);
  }

  public Bytes u8(int value) {
    out.writeByte(value);
    return this;
  }

  public Bytes u16(int value) {
    out.writeShort(value);
    return this;
  }

  public Bytes u32(long value) {
    out.writeInt((int) value);
    return this;
  }

  public Bytes varInt(int value) {
    VarInt.write(out, value);
    return this;
  }

  public Bytes text(String value) {
    return binary(value.getBytes(StandardCharsets.UTF_8));
  }

  public Bytes binary(byte... value) {
    out.writeShort(value.length).writeBytes(value);
    return this;
  }

  public Bytes raw(String digits) {
    out.writeBytes(hex(digits));
    return this;
  }

  public Bytes raw(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** A property section with its length. */
  public Bytes properties(Consumer<Bytes> section) {
    Bytes inner = new Bytes();
    section.accept(inner);
    VarInt.write(out, inner.out.readableBytes());
    out.writeBytes(inner.out);
    return this;
  }

  public ByteBuf buf() {
    return out;
  }

  public byte[] array() {
    return ByteBufUtil.getBytes(out);
  }
}
