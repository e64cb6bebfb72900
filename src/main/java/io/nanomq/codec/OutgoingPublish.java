package io.nanomq.codec;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The message that is being delivered on one loop, encoded at most once for each variant (MQTT 5 or
 * not, with packet identifier or without) however many get it. It begins as the packet in the
 * receive buffer and becomes a {@link PublishMessage} only when somebody has to keep it.
 *
 * <p>One per loop, used between {@link #begin} and {@link #end}.
 */
public final class OutgoingPublish {
  /** Payloads of this size and above are shared between connections, smaller ones copied. */
  public static final int SHARED_PAYLOAD_BYTES = 16 * 1024;

  private static final int[] NO_IDENTIFIERS = new int[0];

  private final PublishEncoder encoder = new PublishEncoder();
  private final Frame[] frames = {new Frame(), new Frame(), new Frame(), new Frame()};
  private final SharedPayloads payloads = new SharedPayloads();
  // this message
  private @Nullable IncomingPublish incoming;
  private @Nullable PublishMessage message;
  private @Nullable ByteBuf sharedPayload;
  private long nowMillis;
  private long number;
  // Properties that it has where it is kept, and not in its packet.
  private byte @Nullable [] path;
  // Bit i: frames[i] is of this message.
  private int encoded;
  // this recipient
  private int cut;

  /** One encoded variant: what every connection that wants it gets, but for flags and packet id. */
  public static final class Frame {
    private @Nullable ByteBuf own;
    private @Nullable ByteBuf bytes;
    private int start;
    private int length;
    private int packetIdOffset;
    private @Nullable ByteBuf payload;

    public ByteBuf bytes() {
      ByteBuf b = bytes;
      if (b == null) {
        throw new IllegalStateException("frame is not encoded");
      }
      return b;
    }

    public int start() {
      return start;
    }

    public int length() {
      return length;
    }

    public int packetIdOffset() {
      return packetIdOffset;
    }

    /** What follows {@link #bytes}: to be retained by whoever writes it. Null = nothing. */
    public @Nullable ByteBuf payload() {
      return payload;
    }

    private ByteBuf scratch(int bytesNeeded) {
      ByteBuf buffer = own;
      if (buffer == null) {
        buffer = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(512, bytesNeeded));
        own = buffer;
      }
      return buffer.clear();
    }
  }

  /** Starts with a packet whose topic is known. */
  public void begin(IncomingPublish packet, long now) {
    checkEnded();
    incoming = packet;
    message = null;
    nowMillis = now;
    number = 0;
    path = null;
  }

  /** Starts with a message that was kept. */
  public void begin(PublishMessage kept, long now) {
    checkEnded();
    incoming = null;
    message = kept;
    nowMillis = now;
    number = 0;
    path = null;
  }

  /** The frames of one message must not be taken for those of another. */
  private void checkEnded() {
    if (incoming != null || message != null) {
      throw new IllegalStateException("another message is being delivered");
    }
  }

  /** Lets go of what was encoded. */
  public void end() {
    for (int rest = encoded; rest != 0; rest &= rest - 1) {
      Frame frame = frames[Integer.numberOfTrailingZeros(rest)];
      frame.bytes = null;
      frame.payload = null;
    }
    encoded = 0;
    if (sharedPayload != null) {
      sharedPayload.release();
      sharedPayload = null;
    }
    incoming = null;
    message = null;
  }

  /** Gives the buffers back, when the loop ends. */
  public void close() {
    end();
    payloads.close();
    for (Frame frame : frames) {
      if (frame.own != null) {
        frame.own.release();
        frame.own = null;
      }
    }
  }

  public TopicName topic() {
    IncomingPublish packet = incoming;
    return packet != null ? packet.topic() : kept().topic();
  }

  public int qos() {
    IncomingPublish packet = incoming;
    return packet != null ? packet.qos : kept().qos();
  }

  public boolean retain() {
    IncomingPublish packet = incoming;
    return packet != null ? packet.retain : kept().retain();
  }

  /** Identifier of the packet that brought it; 0 = none did, or it has none. */
  public int packetId() {
    IncomingPublish packet = incoming;
    return packet == null ? 0 : packet.packetId;
  }

  /** The message in a form that may be kept; made at most once. */
  public PublishMessage message() {
    PublishMessage kept = message;
    if (kept == null) {
      IncomingPublish packet = incoming;
      if (packet == null) {
        throw new IllegalStateException("no message is being delivered");
      }
      kept = packet.toMessage(nowMillis);
      byte[] more = path;
      if (more != null) {
        kept = kept.with(more);
      }
      message = kept;
    }
    return kept;
  }

  /**
   * The message, to be kept such that the sessions of a loop that keep it can be counted.
   *
   * @param loop index of the loop on which it is being delivered
   */
  public PublishMessage message(int loop) {
    boolean isNew = message == null;
    PublishMessage kept = message();
    PublishMessage counted = isNew ? kept.countedFirstBy(loop) : kept.countedBy(loop);
    message = counted;
    return counted;
  }

  /** The number by which the store knows it; 0 = it does not. */
  public long number() {
    return number;
  }

  /** The store knows it by that number. */
  public void number(long stored) {
    number = stored;
  }

  /** Notes the client that published it, for those to whom it matters where a message is from. */
  public void by(String clientId) {
    message = message().by(clientId);
  }

  /**
   * Notes over which broker it came, which its packet of MQTT 3.1.1 could not say: whoever keeps it
   * gets to know, and other bridges look.
   *
   * @param properties a path, encoded, without length
   */
  public void over(byte[] properties) {
    path = properties;
  }

  /** Whether it has properties that are passed on where it is kept. */
  public boolean hasProperties() {
    return path != null || forwardedLength() > 0;
  }

  private PublishMessage kept() {
    PublishMessage kept = message;
    if (kept == null) {
      throw new IllegalStateException("no message is being delivered");
    }
    return kept;
  }

  private int payloadLength() {
    IncomingPublish packet = incoming;
    return packet != null ? packet.payloadLength() : kept().payload().length;
  }

  private int forwardedLength() {
    IncomingPublish packet = incoming;
    return packet != null ? packet.forwardedLength : kept().properties().length;
  }

  private long expirySeconds() {
    IncomingPublish packet = incoming;
    return packet != null ? packet.expirySeconds : PublishEncoder.secondsLeft(kept(), nowMillis);
  }

  /**
   * Bytes of the whole packet in a variant.
   *
   * @param identifiers Subscription Identifiers, null = none
   */
  public int size(boolean v5, boolean withId, int @Nullable [] identifiers) {
    prepare(v5, withId, 0, true, identifiers);
    return encoder.size(forwardedLength(), payloadLength());
  }

  /** An upper bound of {@link #size}, whatever the variant, that costs nothing to know. */
  public int sizeBound() {
    return topic().utf8().length + forwardedLength() + payloadLength() + 64;
  }

  /** A lower bound of {@link #size}, whatever the variant, that costs nothing to know. */
  public int sizeFloor() {
    return topic().utf8().length + payloadLength() + 4;
  }

  /** The variant without anything that is of one connection only. */
  public Frame frame(boolean v5, boolean withId) {
    int variant = (v5 ? 2 : 0) + (withId ? 1 : 0);
    Frame frame = frames[variant];
    if ((encoded & 1 << variant) == 0) {
      fill(frame, v5, withId);
      encoded |= 1 << variant;
    }
    return frame;
  }

  private void fill(Frame frame, boolean v5, boolean withId) {
    IncomingPublish packet = incoming;
    boolean shared = payloadLength() >= SHARED_PAYLOAD_BYTES;
    frame.payload = null;
    if (packet != null && !shared && isReusable(packet, v5, withId)) {
      frame.bytes = packet.buffer();
      frame.start = packet.start;
      frame.length = packet.end - packet.start;
      frame.packetIdOffset = packet.topicStart + packet.topicLength - packet.start;
      return;
    }
    int size = size(v5, withId, null);
    ByteBuf out = frame.scratch(shared ? size - payloadLength() : size);
    frame.packetIdOffset = encoder.writeHead(out, 0, 0);
    writeForwarded(out, v5);
    if (shared) {
      frame.payload = sharedPayload();
    } else {
      writePayload(out);
    }
    frame.bytes = out;
    frame.start = 0;
    frame.length = out.writerIndex();
  }

  /** Whether the packet may go out with the bytes with which it came in. */
  private static boolean isReusable(IncomingPublish packet, boolean v5, boolean withId) {
    return packet.v5 == v5 && packet.qos > 0 == withId && packet.alias == 0 && !packet.renamed;
  }

  /**
   * Leaves out so many bytes at the beginning of the topic, for a recipient behind a mount point;
   * neither {@link #frame} nor another recipient may be asked for before 0 is set again.
   */
  public void cut(int bytes) {
    cut = bytes;
  }

  /**
   * Writes the packet for one connection alone: with Subscription Identifiers, a topic alias or
   * behind a mount point.
   *
   * @param alias 0 = none
   * @param sendTopic false where the receiver knows the alias already
   * @return the payload that has to follow, to be retained by whoever writes it; null = none
   */
  public @Nullable ByteBuf encode(
      ByteBuf out,
      int firstByte,
      int packetId,
      int alias,
      boolean sendTopic,
      int @Nullable [] identifiers) {
    return encode(true, out, firstByte, packetId, alias, sendTopic, identifiers);
  }

  /** The same for MQTT 3.1 and 3.1.1. */
  public @Nullable ByteBuf encodeV3(ByteBuf out, int firstByte, int packetId) {
    return encode(false, out, firstByte, packetId, 0, true, null);
  }

  private @Nullable ByteBuf encode(
      boolean v5,
      ByteBuf out,
      int firstByte,
      int packetId,
      int alias,
      boolean sendTopic,
      int @Nullable [] identifiers) {
    prepare(v5, (firstByte & 6) != 0, alias, sendTopic, identifiers);
    encoder.size(forwardedLength(), payloadLength());
    encoder.writeHead(out, firstByte, packetId);
    writeForwarded(out, v5);
    if (payloadLength() >= SHARED_PAYLOAD_BYTES) {
      return sharedPayload();
    }
    writePayload(out);
    return null;
  }

  private void prepare(
      boolean v5, boolean withId, int alias, boolean sendTopic, int @Nullable [] identifiers) {
    int[] ids = identifiers == null ? NO_IDENTIFIERS : identifiers;
    encoder.prepare(topic(), cut, v5, withId, alias, sendTopic, v5 ? expirySeconds() : -1, ids);
  }

  private void writeForwarded(ByteBuf out, boolean v5) {
    IncomingPublish packet = incoming;
    if (!v5 || forwardedLength() == 0) {
      return;
    }
    if (packet != null && packet.forwardedLength == packet.propertiesEnd - packet.propertiesStart) {
      out.writeBytes(packet.buffer(), packet.propertiesStart, packet.forwardedLength);
    } else {
      out.writeBytes(packet != null ? message().properties() : kept().properties());
    }
  }

  private void writePayload(ByteBuf out) {
    IncomingPublish packet = incoming;
    if (packet != null) {
      out.writeBytes(packet.buffer(), packet.payloadStart, packet.payloadLength());
    } else {
      out.writeBytes(kept().payload());
    }
  }

  /** A copy of the payload that all connections share, so that none pins the receive buffer. */
  private ByteBuf sharedPayload() {
    ByteBuf shared = sharedPayload;
    if (shared == null) {
      byte[] payload = message == null ? null : message.payload();
      shared = payloads.find(payload);
      if (shared == null) {
        shared = payloads.room(payload, payloadLength());
        writePayload(shared);
      }
      sharedPayload = shared;
    }
    return shared;
  }
}
