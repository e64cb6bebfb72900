package io.nanomq.bridge;

import io.nanomq.bridge.queue.LinkWindow;
import io.nanomq.bridge.queue.StoredAnswers;
import io.nanomq.codec.AckDecoder;
import io.nanomq.codec.MqttDecoder;
import io.nanomq.codec.MqttEncoder;
import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.PacketType;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.codec.client.ClientEncoder;
import io.nanomq.codec.client.ConnackDecoder;
import io.nanomq.codec.client.SubackDecoder;
import io.nanomq.event.BrokerIdentity;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.packet.Connack;
import io.nanomq.packet.Connect;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One connection to the other broker, from CONNECT to its end: the client's side of MQTT. */
@LoopConfined
final class RemoteLink implements MqttDecoder.Frames, LinkWindow {
  /** QoS 1 and 2 messages that are on their way at once, whatever the other broker allows. */
  private static final int WINDOW = 1024;

  /**
   * QoS 2 messages on their way before MQTT 5, where a server cannot say how many it takes: those
   * that hold to a bound have one of 20 by default.
   */
  private static final int OLD_WINDOW_QOS_2 = 20;

  static final String LEADS_HERE = "the other broker is this one: messages would go round";

  private static final int LOOK_AGAIN_MILLIS = 1;
  private static final int MAX_SAID = 200;
  private static final byte[] NO_CODES = {};
  private static final int ACK_BYTES = MqttEncoder.MAX_ACK_BYTES;

  private final BridgeConnection bridge;
  private final LoopContext loop;
  private final Connect connect;
  private final int maxPropertyBytes;
  private final MqttDecoder decoder;
  private final LinkWatch watch;
  private final BrokerIdentity identity;
  private final StoredAnswers answers;
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable LinkWriter writer;
  // Null until the other broker has let it in.
  private @Nullable Connack terms;
  private boolean closed;
  private boolean paused;

  RemoteLink(BridgeConnection bridge, BridgeContext context, Connect connect) {
    this.bridge = bridge;
    this.loop = context.loop();
    this.connect = connect;
    this.identity = context.identity();
    this.answers = new StoredAnswers(context.store(), this::write);
    this.maxPropertyBytes = context.conf().packets().maxPropertyBytes();
    this.watch = new LinkWatch(loop, this, bridge.outbox(), bridge.conf());
    this.decoder = new MqttDecoder(this, context.conf().packets().maxBytes(), context.unfinished());
  }

  /** The handler that stands in the pipeline. */
  MqttDecoder decoder() {
    return decoder;
  }

  LinkWriter writer() {
    return Objects.requireNonNull(writer, "not attached");
  }

  private ChannelHandlerContext ctx() {
    return Objects.requireNonNull(ctx, "not attached");
  }

  int version() {
    return connect.version();
  }

  private Connack terms() {
    Connack t = terms;
    if (t == null) {
      throw ProtocolError.protocol("a packet before CONNACK [MQTT-3.2.0-1]");
    }
    return t;
  }

  // ---- what the other broker allows

  boolean isWritable() {
    return writer().isWritable();
  }

  @Override
  public int maximumQos() {
    return terms().maximumQos();
  }

  /** The highest alias that the other broker may use, as CONNECT said. */
  int topicAliasMaximum() {
    return connect.topicAliasMaximum();
  }

  boolean retainAvailable() {
    return terms().retainAvailable();
  }

  @Override
  public int window() {
    return Math.min(WINDOW, terms().receiveMaximum());
  }

  @Override
  public int windowQos2() {
    return version() < 5 ? OLD_WINDOW_QOS_2 : window();
  }

  boolean fits(OutgoingPublish message, boolean withId) {
    Connack t = terms();
    return t.allows(message.sizeBound()) || t.allows(message.size(version() == 5, withId, null));
  }

  // ---- out

  /** The socket is open: CONNECT goes out. */
  void open(boolean bridgeMode, byte[] user) {
    decoder.admit();
    identity.opened(ctx().channel().localAddress());
    ByteBuf out = writer().reserve(0);
    ClientEncoder.connect(out, connect, bridgeMode, user);
    watch.opened();
  }

  void release(int packetId, int reason) {
    answers.answer(PacketType.PUBREL, packetId, reason);
  }

  /** Answers when the store has what that says. */
  void acknowledge(int packetType, int packetId, int reason) {
    answers.answer(packetType, packetId, reason);
  }

  private void write(int packetType, int packetId, int reason) {
    if (!closed) {
      MqttEncoder.ack(writer().reserve(ACK_BYTES), packetType, packetId, version(), reason);
    }
  }

  private int keepAliveSeconds() {
    Connack t = terms;
    int others = t == null ? -1 : t.serverKeepAliveSeconds();
    return others < 0 ? connect.keepAliveSeconds() : others;
  }

  void ping() {
    ClientEncoder.pingRequest(writer().reserve(2));
  }

  boolean isPaused() {
    return paused;
  }

  /** Says good-bye and closes the socket: the will is not published. */
  void disconnect() {
    if (!closed && terms != null) {
      ClientEncoder.disconnect(writer().reserve(2));
    }
    end("closed here");
  }

  /** Closes the socket. */
  void end(String why) {
    if (closed) {
      return;
    }
    closed = true;
    watch.close();
    decoder.stop();
    LinkWriter w = writer;
    if (w != null) {
      closeSocket(w);
    }
    bridge.linkEnded(this, why);
  }

  private void closeSocket(LinkWriter w) {
    SocketAddress local = ctx().channel().localAddress();
    if (local != null) {
      identity.closed(local);
    }
    w.finish();
  }

  // ---- in

  @Override
  public void attached(ChannelHandlerContext context) {
    ctx = context;
    writer = new LinkWriter(loop, context, version() == 5);
  }

  @Override
  public boolean packet(ByteBuf in, int start, int bodyStart, int end) {
    if (loop.budget().isUsedUp()) {
      awaitTurn();
      return false;
    }
    if (answers.isCrowded()) {
      // Most packets of the other broker have an answer that waits for the disk.
      awaitLoops(answers::isCrowded);
      return false;
    }
    if (writer().isStuck()) {
      throw new ProtocolError(
          ReasonCode.QUOTA_EXCEEDED, "the other broker sends and does not read");
    }
    loop.budget().spend(TurnBudget.PACKET + TurnBudget.ofBytes(end - start));
    watch.read();
    int first = in.getUnsignedByte(start);
    if (first >> 4 == PacketType.PUBLISH) {
      terms();
      return bridge.inbox().handle(this, in, start, bodyStart, end);
    }
    int readerIndex = in.readerIndex();
    int writerIndex = in.writerIndex();
    in.setIndex(bodyStart, end);
    try {
      handle(first >> 4, in);
    } finally {
      in.setIndex(readerIndex, writerIndex);
    }
    return true;
  }

  private void handle(int packetType, ByteBuf body) {
    switch (packetType) {
      case PacketType.CONNACK -> connack(ConnackDecoder.decode(body, version(), maxPropertyBytes));
      case PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL, PacketType.PUBCOMP -> {
        terms();
        int packetId = AckDecoder.packetId(body);
        int code = AckDecoder.reasonCode(body, packetType, version(), maxPropertyBytes);
        acknowledgement(packetType, packetId, code);
      }
      case PacketType.SUBACK, PacketType.UNSUBACK -> subscribed(packetType, body);
      case PacketType.PINGRESP -> terms();
      case PacketType.DISCONNECT ->
          end(
              "the other broker disconnected with "
                  + code(body.isReadable() ? body.readByte() : 0));
      default -> throw ProtocolError.protocol("packet type " + packetType + " from a server");
    }
  }

  /** What others say goes to logs: one line, and not a long one. */
  static String printable(String said) {
    String line = said.replaceAll("\\p{Cntrl}", " ");
    return line.length() > MAX_SAID ? line.substring(0, MAX_SAID) + "..." : line;
  }

  private static String code(int code) {
    return "code 0x" + Integer.toHexString(code & 0xFF);
  }

  private void subscribed(int packetType, ByteBuf body) {
    terms();
    int packetId = AckDecoder.packetId(body);
    // UNSUBACK has none before MQTT 5.
    byte[] codes =
        body.isReadable() ? SubackDecoder.codes(body, version(), maxPropertyBytes) : NO_CODES;
    bridge.answered(this, packetType, packetId, codes);
  }

  private void connack(Connack answer) {
    if (terms != null) {
      throw ProtocolError.protocol("a second CONNACK [MQTT-3.2.0-2]");
    }
    if (!answer.isAccepted()) {
      String said = answer.reasonString();
      end(
          "the other broker refused with "
              + code(answer.code())
              + (said == null ? "" : ": " + printable(said)));
      return;
    }
    if (identity.leadsHere(ctx().channel().localAddress())
        || identity.id().equals(answer.broker())) {
      end(LEADS_HERE);
      return;
    }
    terms = answer;
    watch.close();
    watch.accepted(keepAliveSeconds());
    bridge.connected(this, answer);
  }

  private void acknowledgement(int packetType, int packetId, int code) {
    Outbox outbox = bridge.outbox();
    boolean isError = code >= 0x80;
    switch (packetType) {
      case PacketType.PUBACK -> {
        watch.settled();
        outbox.acknowledged(packetId, 1, isError);
      }
      case PacketType.PUBREC -> {
        if (isError) {
          outbox.acknowledged(packetId, 2, true);
        } else {
          release(packetId, outbox.flight().received(packetId) ? 0 : 0x92);
        }
      }
      case PacketType.PUBREL -> {
        bridge.inbox().released(packetId);
        acknowledge(PacketType.PUBCOMP, packetId, 0);
      }
      default -> outbox.completed(packetId);
    }
  }

  // ---- reading less

  /** Others get their turn first. */
  void awaitTurn() {
    pause();
    loop.budget().nextTurn(this::readOn);
  }

  /** Reads on when the loops that messages go to have caught up. */
  void awaitLoops(BooleanSupplier lag) {
    pause();
    lookAgain(lag);
  }

  private void lookAgain(BooleanSupplier lag) {
    loop.eventLoop()
        .schedule(
            () -> {
              if (lag.getAsBoolean() && !closed) {
                lookAgain(lag);
              } else {
                readOn();
              }
            },
            LOOK_AGAIN_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  private void pause() {
    paused = true;
    watch.paused();
    decoder.pause();
    ctx().channel().config().setAutoRead(false);
  }

  private void readOn() {
    if (closed) {
      return;
    }
    paused = false;
    decoder.resume(ctx());
    if (!paused) {
      ctx().channel().config().setAutoRead(true);
    }
  }

  @Override
  public void failed(Throwable cause) {
    end(RemoteSocket.text(cause));
  }

  @Override
  public void burstEnd() {
    watch.burstEnd(ctx());
  }

  @Override
  public void writabilityChanged(boolean writable) {
    watch.writable(writable);
    if (writable && terms != null && !closed) {
      // In a task of its own: a socket takes more within the write of a message.
      loop.eventLoop().execute(bridge.outbox()::pump);
    }
  }

  @Override
  public void closed() {
    end("the other broker closed the connection");
  }
}
