package io.nanomq.connection;

import io.nanomq.codec.MqttEncoder;
import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.PacketType;
import io.nanomq.codec.ReasonCode;
import io.nanomq.connection.topic.MountPoint;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.metrics.LoopCounters;
import io.nanomq.session.PacketWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a connection writes: packets are joined in one pooled buffer, which goes to the socket once
 * at the end of the loop's turn, or as soon as it holds {@value #FLUSH_BYTES} bytes. One write
 * costs the kernel about the same whatever its size.
 */
@LoopConfined
final class ConnectionWriter implements PacketWriter, LoopContext.TurnEnd {
  private static final int FLUSH_BYTES = 64 * 1024;
  private static final int MIN_BUFFER_BYTES = 256;
  private static final int MAX_FIRST_BUFFER_BYTES = 16 * 1024;

  // A Topic Alias, and lengths that need one byte more because of it.
  private static final int ALIAS_BYTES = 8;

  private static final int CLOSE_WITHIN_SECONDS = 5;

  /** What may wait for a client above the water mark before nothing more is read from it. */
  private static final int MAX_UNREAD_BYTES = 1024 * 1024;

  // connection
  private final Connection connection;
  private final Channel channel;
  // Those of the loop that it lives on.
  private LoopCounters counters;
  // Bytes of the mount point, which the client does not see.
  private final int cut;
  private int maxPacketBytes = Integer.MAX_VALUE;
  private int aliasMaximum;
  private boolean closing;
  private int unansweredSubscribes;
  // Null = as fast as the socket takes it.
  private @Nullable DeliveryRate rate;
  // Bytes that the socket has not taken, and those of them which only this client waits for, as
  // far as LoopOutput knows.
  private long waitingBytes;
  private long ownBytes;
  // Null = there was none yet.
  private @Nullable LargeWrites large;
  private boolean held;
  // Whether LoopOutput looks at it from time to time.
  boolean watched;
  // this turn
  private @Nullable ByteBuf batch;
  private boolean dirty;
  // Whether anything was ever written.
  private boolean hasSpoken;
  private int nextBufferBytes = MIN_BUFFER_BYTES;

  ConnectionWriter(Connection connection) {
    this.connection = connection;
    this.channel = connection.channel();
    this.counters = connection.loop().counters();
    MountPoint mountPoint = connection.listener().mountPoint();
    this.cut = mountPoint == null ? 0 : mountPoint.length();
  }

  /** Its connection lives on that loop from now on. */
  void livesOn(LoopContext loop) {
    counters = loop.counters();
  }

  /**
   * What the client set in CONNECT.
   *
   * @param maxPacket bytes that a packet may have
   * @param aliases Topic Aliases that may be used, 0 = none
   * @param perSecond PUBLISH packets that it gets, 0 = no bound
   */
  void limits(int maxPacket, int aliases, long perSecond) {
    maxPacketBytes = maxPacket;
    aliasMaximum = aliases;
    rate = perSecond > 0 ? new DeliveryRate(connection, perSecond) : null;
  }

  /** A SUBSCRIBE has come, which {@link #subscribed} says is answered. */
  void subscribing() {
    unansweredSubscribes++;
  }

  void subscribed() {
    unansweredSubscribes--;
  }

  @Override
  public boolean awaitsSubAck() {
    return unansweredSubscribes > 0;
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
      out = connection.ctx().alloc().directBuffer(Math.max(nextBufferBytes, bytes));
      batch = out;
    }
    if (!dirty) {
      dirty = true;
      connection.loop().atTurnEnd(this);
    }
    return out.ensureWritable(bytes);
  }

  @Override
  public void endOfTurn() {
    dirty = false;
    ByteBuf out = batch;
    if (out != null) {
      batch = null;
      // The next turn will likely write as much: neither grow step by step nor hold too much.
      nextBufferBytes =
          Math.min(MAX_FIRST_BUFFER_BYTES, Math.max(MIN_BUFFER_BYTES, out.readableBytes()));
      flush(out);
    }
    connection.context().output().shed();
  }

  private void flush(ByteBuf out) {
    ChannelHandlerContext ctx = connection.ctx();
    hasSpoken = true;
    ctx.writeAndFlush(out, ctx.voidPromise());
    recount();
  }

  // ---- what the socket has not taken

  long waitingBytes() {
    return waitingBytes;
  }

  /** Tells the loop how much waits. */
  void recount() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    long now = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    long own = Math.max(0, now - sharedBytes());
    if (now != waitingBytes || own != ownBytes) {
      long before = ownBytes;
      waitingBytes = now;
      ownBytes = own;
      connection.context().output().changed(this, before, own);
    }
  }

  private long sharedBytes() {
    return large == null ? 0 : large.waitingBytes();
  }

  /** What the broker keeps for this client, and its part of what it keeps for several. */
  long costBytes() {
    return large == null ? ownBytes : ownBytes + large.partBytes();
  }

  /** Whether so much waits for the client that nothing more is read from it. */
  boolean isUnread() {
    return channel.bytesBeforeWritable() - sharedBytes() > MAX_UNREAD_BYTES || isHeld();
  }

  /**
   * Tells an MQTT 5 client why its connection ends.
   *
   * @param message null = nothing; not sent where it makes the packet too large [MQTT-3.14.2-3]
   */
  void disconnect(ReasonCode reason, @Nullable String message) {
    byte[] text = message == null ? null : message.getBytes(StandardCharsets.UTF_8);
    int size = text == null ? 3 : MqttEncoder.disconnectSize(text.length);
    MqttEncoder.disconnect(reserve(size), reason, connection.allows(size) ? text : null);
  }

  /** Whether this client has something to read before it gets more. */
  boolean isHeld() {
    if (waitingBytes == 0 || !connection.context().output().isShort()) {
      return false;
    }
    held = true;
    return true;
  }

  /** Goes on with what was held, where it may. */
  void goOn() {
    if (held && !isHeld()) {
      held = false;
      connection.writabilityChanged(true);
    }
  }

  /** Closes the socket with all that waits in it. */
  void abandon() {
    closing = true;
    // Not through the pipeline: TLS would wait for its last word to be read, and keep all till
    // then.
    channel.unsafe().close(channel.newPromise());
    recount();
  }

  @Override
  public String address() {
    return PeerAddress.text(channel);
  }

  @Override
  public int version() {
    return connection.version();
  }

  @Override
  public boolean isWritable() {
    return !closing && channel.isWritable() && (rate == null || rate.hasRoom()) && !isHeld();
  }

  @Override
  public int maxPacketBytes() {
    return maxPacketBytes;
  }

  @Override
  public boolean fits(OutgoingPublish message, boolean withId, int @Nullable [] identifiers) {
    if (identifiers == null && message.sizeBound() <= maxPacketBytes) {
      return true;
    }
    return size(message, connection.version() == 5, withId, identifiers) <= maxPacketBytes;
  }

  private int size(
      OutgoingPublish message, boolean v5, boolean withId, int @Nullable [] identifiers) {
    message.cut(cut);
    try {
      return message.size(v5, withId, identifiers);
    } finally {
      message.cut(0);
    }
  }

  @Override
  public void publish(
      OutgoingPublish message,
      int qos,
      int packetId,
      boolean dup,
      boolean retain,
      int @Nullable [] identifiers) {
    if (closing) {
      return;
    }
    counters.publishesSent++;
    if (rate != null) {
      rate.count();
    }
    int first = PacketType.PUBLISH << 4 | (dup ? 8 : 0) | qos << 1 | (retain ? 1 : 0);
    boolean v5 = connection.version() == 5;
    if (v5 && (identifiers != null || aliasMaximum > 0 || cut > 0)) {
      publishOwn(message, first, packetId, identifiers);
      return;
    }
    if (cut > 0) {
      publishOwnV3(message, first, packetId);
      return;
    }
    OutgoingPublish.Frame frame = message.frame(v5, qos > 0);
    ByteBuf out = reserve(frame.length());
    int at = out.writerIndex();
    out.writeBytes(frame.bytes(), frame.start(), frame.length());
    out.setByte(at, first);
    if (qos > 0) {
      out.setShort(at + frame.packetIdOffset(), packetId);
    }
    writeShared(frame.payload());
  }

  private void publishOwn(
      OutgoingPublish message, int first, int packetId, int @Nullable [] identifiers) {
    int size = size(message, true, (first & 6) != 0, identifiers) + ALIAS_BYTES;
    // An alias must not make a packet too large that fits without.
    boolean aliased = aliasMaximum > 0 && size <= maxPacketBytes;
    int alias = aliased ? connection.aliases().outgoing(message.topic(), aliasMaximum) : 0;
    boolean known = alias < 0;
    ByteBuf out = reserve(Math.min(size, FLUSH_BYTES));
    ByteBuf payload;
    message.cut(cut);
    try {
      payload = message.encode(out, first, packetId, known ? -alias : alias, !known, identifiers);
    } finally {
      message.cut(0);
    }
    writeShared(payload);
  }

  private void publishOwnV3(OutgoingPublish message, int first, int packetId) {
    int size = size(message, false, (first & 6) != 0, null);
    ByteBuf out = reserve(Math.min(size, FLUSH_BYTES));
    ByteBuf payload;
    message.cut(cut);
    try {
      payload = message.encodeV3(out, first, packetId);
    } finally {
      message.cut(0);
    }
    writeShared(payload);
  }

  /** Sends the batch, then a payload that other connections send, too. */
  private void writeShared(@Nullable ByteBuf payload) {
    ByteBuf out = batch;
    if (payload != null && out != null) {
      batch = null;
      ChannelHandlerContext ctx = connection.ctx();
      ctx.write(out, ctx.voidPromise());
      if (LargeWrites.take(channel, payload)) {
        flushLarge(payload);
      } else {
        flush(payload.retainedDuplicate());
      }
    }
  }

  private void flushLarge(ByteBuf payload) {
    if (large == null) {
      large = new LargeWrites(channel);
    }
    hasSpoken = true;
    large.write(connection.ctx(), payload, connection.context().output());
    recount();
  }

  @Override
  public void release(int packetId) {
    if (!closing) {
      MqttEncoder.ack(reserve(4), PacketType.PUBREL, packetId, connection.version(), 0);
    }
  }

  @Override
  public void close(ReasonCode reason, @Nullable String message) {
    connection.close(reason, message);
  }

  /**
   * Sends what was written, then closes. A client that reads slowly gets whole packets and the last
   * word, one that has stopped reading {@value #CLOSE_WITHIN_SECONDS} seconds.
   */
  void finish() {
    closing = true;
    connection.loop().timer().cancel(rate);
    ByteBuf out = batch;
    batch = null;
    if (!channel.isOpen()) {
      if (out != null) {
        out.release();
      }
      return;
    }
    if (out == null && !hasSpoken) {
      // A write would wait for a TLS handshake that is under way, and so would the end.
      channel.close();
      return;
    }
    ChannelHandlerContext ctx = connection.ctx();
    if (out == null) {
      out = ctx.alloc().directBuffer(0);
    }
    ctx.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    if (channel.isOpen()) {
      var deadline =
          channel
              .eventLoop()
              .schedule(() -> channel.close(), CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS);
      channel.closeFuture().addListener(closed -> deadline.cancel(false));
    }
  }
}
