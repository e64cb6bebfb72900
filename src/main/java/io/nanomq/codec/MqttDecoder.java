package io.nanomq.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the byte stream into packets and hands each to its {@link Frames}, where it lies: nothing is
 * copied but the part of a packet whose rest has not come yet. One per connection, on its loop.
 */
public final class MqttDecoder extends ChannelInboundHandlerAdapter
    implements UnfinishedBytes.Holder {
  /** Ends a connection for what it has not finished, which others need the room of. */
  public static final ProtocolError GAVE_WAY =
      new ProtocolError(ReasonCode.QUOTA_EXCEEDED, "too much is unfinished on all connections");

  /** Name of the handler in its pipeline. */
  public static final String NAME = "mqtt";

  private static final int INCOMPLETE = -1;
  private static final int INITIAL_REST_BYTES = 256;

  private final Frames frames;
  private final UnfinishedBytes.Share unfinished;
  private int maxPacketBytes;
  // Written before anything is held, read by whoever needs the room.
  private volatile @Nullable ChannelPipeline pipeline;
  // this packet
  private @Nullable ByteBuf rest;
  private int restBytes;
  private int bodyStart;
  private boolean paused;
  private boolean broken;
  private boolean decoding;

  /**
   * @param maxPacketBytes larger packets are refused with 0x95 before their body is kept
   * @param unfinished bounds what all connections keep together
   */
  public MqttDecoder(Frames frames, int maxPacketBytes, UnfinishedBytes unfinished) {
    this.frames = frames;
    this.maxPacketBytes = maxPacketBytes;
    this.unfinished = unfinished.share(this);
  }

  /** Who gets the packets. All calls come from the loop of the channel. */
  public interface Frames {
    /** The pipeline is there and its channel is registered. */
    void attached(ChannelHandlerContext ctx);

    /**
     * One whole packet.
     *
     * @param in the receive buffer; its indices must not be moved beyond the call, nor kept
     * @param start absolute index of the first byte
     * @param bodyStart absolute index behind the remaining length
     * @param end absolute index behind the packet
     * @return false = not now: the decoder was paused, and hands it over again once it is resumed
     * @throws ProtocolError ends the connection
     */
    boolean packet(ByteBuf in, int start, int bodyStart, int end);

    /** The bytes that follow are not MQTT, or something else went wrong with the socket. */
    void failed(Throwable cause);

    /** All that the socket had for now was handed over. */
    void burstEnd();

    void writabilityChanged(boolean writable);

    /** The socket is closed; nothing comes after it. */
    void closed();
  }

  /** Bounds the packets from now on, for a configuration that changes. */
  public void maxPacketBytes(int bytes) {
    maxPacketBytes = bytes;
  }

  /** What this connection keeps, here and elsewhere in its pipeline. */
  public UnfinishedBytes.Share unfinished() {
    return unfinished;
  }

  /** The CONNECT was accepted: what is kept counts among that of the clients. */
  public void admit() {
    unfinished.admit();
  }

  /** Keeps what comes from now on, in order, until {@link #resume}: packets wait for a CONNECT. */
  public void pause() {
    paused = true;
  }

  /** Throws away all that comes from now on: the connection is being closed. */
  public void stop() {
    paused = true;
    broken = true;
    releaseRest();
  }

  /** Whether something is kept that has not been handed over. */
  public boolean keepsSome() {
    return rest != null;
  }

  /** Whether packets are being handed over, and some of those that have come may be left. */
  public boolean isDecoding() {
    return decoding;
  }

  /** Hands over what was kept. On the channel's loop, which may be another one than before. */
  public void resume(ChannelHandlerContext ctx) {
    paused = broken;
    ByteBuf kept = rest;
    if (kept != null) {
      rest = null;
      decode(ctx, kept, true);
    }
    frames.burstEnd();
  }

  /** Others need the room. */
  @Override
  public void giveWay() {
    ChannelPipeline to = pipeline;
    if (to != null) {
      to.fireUserEventTriggered(GAVE_WAY);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    pipeline = ctx.pipeline();
    frames.attached(ctx);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    releaseRest();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    ByteBuf kept = rest;
    if (kept == null) {
      decode(ctx, in, false);
    } else {
      rest = null;
      kept.writeBytes(in);
      in.release();
      decode(ctx, kept, true);
    }
  }

  /**
   * @param ours whether {@code in} is a buffer of ours, that may be kept, or the receive buffer
   */
  private void decode(ChannelHandlerContext ctx, ByteBuf in, boolean ours) {
    boolean keepsBuffer = false;
    decoding = true;
    try {
      while (!paused && readPacket(in)) {
        // Each call took one packet.
      }
      if (in.isReadable() && !broken) {
        // A packet that grows piece by piece stays where it is, lest each piece copy all before it.
        keepsBuffer = ours && in.readerIndex() == 0;
        rest = keepsBuffer ? in : copy(ctx, in);
      }
      countRest();
    } catch (Throwable cause) {
      releaseRest();
      // What follows a broken packet cannot be trusted to begin where a packet begins.
      broken = true;
      paused = true;
      frames.failed(cause);
    } finally {
      decoding = false;
      if (!keepsBuffer) {
        in.release();
      }
    }
  }

  private static ByteBuf copy(ChannelHandlerContext ctx, ByteBuf in) {
    int readable = in.readableBytes();
    ByteBuf copy = ctx.alloc().buffer(Math.max(INITIAL_REST_BYTES, readable * 2));
    return copy.writeBytes(in);
  }

  private boolean readPacket(ByteBuf in) {
    int start = in.readerIndex();
    int available = in.writerIndex() - start;
    if (available < 2) {
      return false;
    }
    int length = remainingLength(in, start + 1, start + available);
    if (length == INCOMPLETE) {
      return false;
    }
    int end = bodyStart + length;
    if (end - start > maxPacketBytes) {
      throw new ProtocolError(
          ReasonCode.PACKET_TOO_LARGE, "packet of " + (end - start) + " bytes is too large");
    }
    if (available < end - start) {
      return false;
    }
    boolean taken = frames.packet(in, start, bodyStart, end);
    if (taken) {
      in.readerIndex(end);
    }
    return taken;
  }

  /** Reads the remaining length; {@link #bodyStart} is then the index behind it. */
  private int remainingLength(ByteBuf in, int at, int limit) {
    int value = 0;
    int i = at;
    for (int shift = 0; shift <= 21; shift += 7) {
      if (i >= limit) {
        return INCOMPLETE;
      }
      int digit = in.getByte(i++);
      value |= (digit & 127) << shift;
      if (digit >= 0) {
        if (digit == 0 && shift > 0) {
          throw ProtocolError.malformed("remaining length is not in its shortest form");
        }
        bodyStart = i;
        return value;
      }
    }
    throw ProtocolError.malformed("remaining length has more than four bytes");
  }

  /**
   * The server itself may have a reason to end the connection: it comes as an event, as does the
   * end of what a client sends that may still read.
   */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ProtocolError reason) {
      frames.failed(reason);
    } else if (event == ChannelInputShutdownReadComplete.INSTANCE) {
      frames.closed();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    frames.burstEnd();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    frames.writabilityChanged(ctx.channel().isWritable());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    releaseRest();
    frames.closed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    frames.failed(cause);
  }

  private void countRest() {
    int now = rest == null ? 0 : rest.capacity();
    if (now != restBytes) {
      if (!unfinished.change(restBytes, now)) {
        throw GAVE_WAY;
      }
      restBytes = now;
    }
  }

  private void releaseRest() {
    if (rest != null) {
      rest.release();
      rest = null;
    }
    countRest();
  }
}
