package io.nanomq.bridge;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.PacketType;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * What a bridge writes to the other broker: packets are joined in one pooled buffer, which goes to
 * the socket once at the end of the loop's turn, or as soon as it holds {@value #FLUSH_BYTES}
 * bytes.
 */
@LoopConfined
final class LinkWriter implements LoopContext.TurnEnd {
  private static final int FLUSH_BYTES = 64 * 1024;
  private static final int MIN_BUFFER_BYTES = 1024;

  /**
   * Messages wait before the socket takes no more. Beyond that there are answers alone, of which a
   * window of 65,535 messages has a quarter of a megabyte.
   */
  private static final int STUCK_BYTES = 1024 * 1024;

  private final LoopContext loop;
  private final ChannelHandlerContext ctx;
  private final boolean v5;
  private @Nullable ByteBuf batch;
  private boolean dirty;
  private boolean closed;

  LinkWriter(LoopContext loop, ChannelHandlerContext ctx, boolean v5) {
    this.loop = loop;
    this.ctx = ctx;
    this.v5 = v5;
  }

  boolean isWritable() {
    return !closed && ctx.channel().isWritable();
  }

  /** Whether so much waits to be read that the other broker reads nothing any more. */
  boolean isStuck() {
    return !isWritable() && ctx.channel().bytesBeforeWritable() > STUCK_BYTES;
  }

  /** The batch, with room for a packet that the caller writes at once. */
  ByteBuf reserve(int bytes) {
    ByteBuf out = batch;
    if (out != null && out.readableBytes() + bytes > FLUSH_BYTES) {
      batch = null;
      flush(out);
      out = null;
    }
    if (out == null) {
      out = ctx.alloc().directBuffer(Math.max(MIN_BUFFER_BYTES, bytes));
      batch = out;
    }
    if (!dirty) {
      dirty = true;
      loop.atTurnEnd(this);
    }
    return out.ensureWritable(bytes);
  }

  /** Writes a PUBLISH; its topic is the one that the message has. */
  void publish(OutgoingPublish message, int qos, int packetId, boolean dup, boolean retain) {
    OutgoingPublish.Frame frame = message.frame(v5, qos > 0);
    int first = PacketType.PUBLISH << 4 | (dup ? 8 : 0) | qos << 1 | (retain ? 1 : 0);
    ByteBuf out = reserve(frame.length());
    int at = out.writerIndex();
    out.writeBytes(frame.bytes(), frame.start(), frame.length());
    out.setByte(at, first);
    if (qos > 0) {
      out.setShort(at + frame.packetIdOffset(), packetId);
    }
    ByteBuf payload = frame.payload();
    if (payload != null) {
      batch = null;
      ctx.write(out, ctx.voidPromise());
      flush(payload.retainedDuplicate());
    }
  }

  @Override
  public void endOfTurn() {
    dirty = false;
    ByteBuf out = batch;
    if (out != null) {
      batch = null;
      flush(out);
    }
  }

  private void flush(ByteBuf out) {
    ctx.writeAndFlush(out, ctx.voidPromise());
  }

  /** Sends what was written, then closes the socket. */
  void finish() {
    closed = true;
    ByteBuf out = batch;
    batch = null;
    if (out == null) {
      ctx.close();
    } else {
      ctx.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
