package io.nanomq.connection;

import io.nanomq.codec.MqttDecoder;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.config.model.MqttConf;
import io.nanomq.connection.topic.TopicAliases;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.loop.TurnReads;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Connect;
import io.nanomq.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One network connection, from accept to close. Lives on the loop of its channel, which changes at
 * most before CONNACK, when the client's session lives on another one.
 */
@LoopConfined
public final class Connection implements MqttDecoder.Frames {
  private static final Logger LOG = Logger.getLogger(Connection.class);

  private enum State {
    NEW,
    CONNECTED,
    CLOSED
  }

  private ConnectionContext context;
  private final MqttDecoder decoder;
  private final ReadGate gate;
  private final ListenerName listener;
  private final Acknowledgements acks = new Acknowledgements(this);
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable ConnectionWriter writer;
  private State state = State.NEW;
  private int version;
  private boolean tellsReasons;
  private long lastPacketMillis;
  // What was in force when CONNACK was written.
  private MqttConf terms;
  private @Nullable TopicAliases aliases;
  private @Nullable AuthExchange exchange;
  private byte @Nullable [] path;
  private final ConnectionWatches watches = new ConnectionWatches(this);
  // On the way to another loop; null = it is there.
  private volatile @Nullable LoopMove move;
  private @Nullable Session session;

  /**
   * @param listener that its socket came by
   */
  public Connection(ConnectionContext context, ListenerName listener) {
    this.context = context;
    this.terms = context.conf();
    this.listener = listener;
    this.decoder = new MqttDecoder(this, context.conf().packets().maxBytes(), context.unfinished());
    this.gate = new ReadGate(this);
  }

  /** The handler that stands in the pipeline. */
  public MqttDecoder decoder() {
    return decoder;
  }

  /** The listener that it came by. */
  ListenerName listener() {
    return listener;
  }

  ReadGate gate() {
    return gate;
  }

  ConnectionContext context() {
    return context;
  }

  LoopContext loop() {
    return context.loop();
  }

  ChannelHandlerContext ctx() {
    return Objects.requireNonNull(ctx, "not attached");
  }

  Channel channel() {
    return ctx().channel();
  }

  ConnectionWriter writer() {
    return Objects.requireNonNull(writer, "not attached");
  }

  boolean isConnected() {
    return state == State.CONNECTED;
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  int version() {
    return version;
  }

  Session session() {
    return Objects.requireNonNull(session, "not connected");
  }

  /** The authentication that is under way. */
  @Nullable AuthExchange exchange() {
    return exchange;
  }

  void exchange(@Nullable AuthExchange begun) {
    exchange = begun;
  }

  ConnectionWatches watches() {
    return watches;
  }

  /** Over which broker its messages come, which they cannot say, as properties; null = none. */
  byte @Nullable [] path() {
    return path;
  }

  void path(byte[] properties) {
    path = properties;
  }

  /** What it acknowledges. */
  Acknowledgements acks() {
    return acks;
  }

  /** Whether a packet is within the Maximum Packet Size that the client set [MQTT-3.1.2-24]. */
  boolean allows(int bytes) {
    return session().connect().allows(bytes);
  }

  /** What the client was told, and is held to. */
  MqttConf terms() {
    return terms;
  }

  TopicAliases aliases() {
    if (aliases == null) {
      aliases = context.aliases(session().account());
    }
    return aliases;
  }

  /** The version is known; what is refused from now on is answered in it. */
  void speaks(int mqttVersion, boolean requestsProblemInformation) {
    version = mqttVersion;
    tellsReasons = mqttVersion == 5 && requestsProblemInformation;
  }

  /** The session is found; CONNACK may still wait for the store. */
  void serves(Session found) {
    session = found;
  }

  /**
   * CONNACK was written. What it says holds as long as the connection, whatever is configured
   * meanwhile.
   *
   * @param conf what was in force then
   * @param keepAliveMillis silence that ends the connection; 0 = none does
   */
  void connected(MqttConf conf, long keepAliveMillis) {
    acks.receiveMaximum(conf.queues().receiveMaximum());
    terms = conf;
    decoder.admit();
    state = State.CONNECTED;
    lastPacketMillis = loop().nowMillis();
    watches.connected(lastPacketMillis, keepAliveMillis);
  }

  long lastPacketMillis() {
    return lastPacketMillis;
  }

  /** What is waited for was ours to do: the client is no less alive for it. */
  void heard() {
    lastPacketMillis = loop().nowMillis();
  }

  /** Moves the channel to the loop of {@code target}, then does what is next there. */
  void moveTo(ConnectionContext target, Runnable next) {
    gate.shut(ReadGate.MOVE);
    watches.stop();
    LoopMove begun = new LoopMove(this, target, next);
    move = begun;
    begun.begin();
  }

  /** Another loop serves it from now on. */
  void livesWith(ConnectionContext target) {
    context = target;
    writer().livesOn(target.loop());
  }

  /** Its channel is where it lives. */
  void hasMoved() {
    move = null;
  }

  /** CONNECT and its answer have a deadline. */
  void awaitConnack() {
    lastPacketMillis = loop().nowMillis();
    watches.awaitConnack(lastPacketMillis);
  }

  @Nullable LoopMove move() {
    return move;
  }

  @Override
  public void attached(ChannelHandlerContext handlerContext) {
    ctx = handlerContext;
    writer = new ConnectionWriter(this);
    channel().config().setRecvByteBufAllocator(new TurnReads(gate));
    context.registry().connectionOpened();
    loop().counters().connectionsAccepted++;
    loop().budget().spend(TurnBudget.CONNECTION);
    awaitConnack();
  }

  @Override
  public boolean packet(ByteBuf in, int start, int bodyStart, int end) {
    LoopContext loop = loop();
    if (loop.budget().isUsedUp()) {
      gate.awaitTurn(in.writerIndex() - start);
      return false;
    }
    loop.budget().spend(TurnBudget.PACKET + TurnBudget.ofBytes(end - start));
    lastPacketMillis = loop.nowMillis();
    boolean taken = context.handler().handle(this, in, start, bodyStart, end);
    loop.counters().packetsReceived += taken ? 1 : 0;
    return taken;
  }

  @Override
  public void failed(Throwable cause) {
    if (LoopMove.putsOff(this, cause)) {
      return;
    }
    if (cause instanceof ProtocolError error) {
      if (error == MqttDecoder.GAVE_WAY && state != State.CLOSED) {
        loop().counters().drop(DropReason.UNFINISHED);
      }
      close(error.reason(), error.getMessage());
    } else {
      if (cause instanceof IOException || cause instanceof DecoderException) {
        // The peer's doing.
        LOG.debugf("Connection of %s failed: %s", name(), cause);
      } else {
        LOG.errorf(cause, "Connection of %s failed", name());
      }
      whenDelivered(() -> close(ReasonCode.UNSPECIFIED_ERROR, null));
    }
  }

  /**
   * Does something for this client in a task of its own. Where that fails the connection ends:
   * nothing would go on with what it was waiting for.
   */
  void attempt(Runnable action) {
    try {
      action.run();
    } catch (Throwable failure) {
      failed(failure);
    }
  }

  /**
   * Does what may publish or deliver in a task of its own. Netty tells of a broken socket, and of
   * one that takes more again, from within a write; that write may be one of many that the loop's
   * encoder is in the middle of, and neither that nor the list of recipients may change then.
   */
  private void whenDelivered(Runnable action) {
    if (state == State.CONNECTED) {
      loop().eventLoop().execute(action);
    } else {
      // Nothing is delivered to it, and it may be on its way to another loop.
      action.run();
    }
  }

  @Override
  public void burstEnd() {
    watches.burstEnd();
    gate.burstEnd();
    if (state == State.CONNECTED && writer().isUnread()) {
      // Deliveries to slow ones stop much earlier.
      gate.shut(ReadGate.UNREAD);
    }
  }

  @Override
  public void writabilityChanged(boolean writable) {
    if (writable && state == State.CONNECTED) {
      // Not at once: a write that is flushed says so in the middle of a message's delivery.
      session().pumpLater();
      gate.readsAgain();
    }
  }

  @Override
  public void closed() {
    if (!channel().isActive() || !gate.endsAfterRest()) {
      terminate(true, ReasonCode.UNSPECIFIED_ERROR.code());
    }
  }

  /** Whether the client wants to know why in words. */
  boolean tellsReasons() {
    return tellsReasons;
  }

  /**
   * Ends the connection with a reason, which MQTT 5 clients are told [MQTT-4.13.1-1].
   *
   * @param message for the log and, where the client wants it, the Reason String; null = none
   */
  void close(ReasonCode reason, @Nullable String message) {
    if (state == State.CLOSED) {
      return;
    }
    ConnectionLog.debug(LOG, "Closing", this, reason, message);
    if (state == State.CONNECTED && version == 5) {
      boolean tells = tellsReasons || reason.refersToServer();
      writer().disconnect(reason, tells ? message : null);
    }
    terminate(true, reason.code());
  }

  /**
   * The client said DISCONNECT.
   *
   * @param reasonCode 0 = normal, which discards the will
   */
  void end(int reasonCode) {
    terminate(reasonCode != 0, reasonCode);
  }

  void terminate(boolean withWill, int reasonCode) {
    if (state == State.CLOSED) {
      return;
    }
    boolean wasConnected = state == State.CONNECTED;
    state = State.CLOSED;
    gate.close();
    watches.stop();
    AuthExchange.abandon(exchange);
    context.registry().connectionClosed();
    loop().counters().connectionsClosed++;
    loop().budget().spend(TurnBudget.CONNECTION);
    writer().finish();
    if (aliases != null) {
      aliases.close();
    }
    Session s = session;
    if (s != null) {
      Connect packet = s.connect();
      context.sessions().disconnected(s, withWill);
      if (wasConnected) {
        context.events().disconnected(packet, reasonCode, PeerAddress.of(channel()));
      }
    }
  }

  /** As {@link ReadGate#takesFrame}. */
  public boolean takesFrame(int waitingBytes) {
    return gate.takesFrame(waitingBytes);
  }

  /** As {@link ReadGate#framesGoOn}. */
  public void framesGoOn(Runnable action) {
    gate.framesGoOn(action);
  }

  /** For the log. */
  String name() {
    return session == null ? PeerAddress.text(channel()) : session.clientId();
  }
}
