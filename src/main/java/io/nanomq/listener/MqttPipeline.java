package io.nanomq.listener;

import io.nanomq.codec.MqttDecoder;
import io.nanomq.codec.UnfinishedBytes;
import io.nanomq.config.key.value.Network;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.connection.Connection;
import io.nanomq.connection.ConnectionContext;
import io.nanomq.connection.ListenerName;
import io.nanomq.limit.ListenerMeter;
import io.nanomq.loop.EventLoops;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Account;
import io.nanomq.memory.Accounts;
import io.nanomq.memory.Budget;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import io.nanomq.metrics.DropReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the pipeline of each accepted socket, to be read top to bottom: WebSocket where the
 * listener says so, then MQTT. From MQTT on all listeners are alike.
 */
@ChannelHandler.Sharable
final class MqttPipeline extends ChannelInitializer<Channel> {
  /** Bytes of an HTTP request that asks for a WebSocket. */
  private static final int MAX_HANDSHAKE_BYTES = 8 * 1024;

  /** Frames up to here are accepted however small packets have to be. */
  private static final int MIN_FRAME_BOUND = 4 * 1024 * 1024;

  /** Frames above this are accepted only where a single packet may be as large. */
  private static final int MAX_FRAME_BOUND = 64 * 1024 * 1024;

  /** Heap of a socket with its pipeline; an engine of TLS besides; handlers of WebSocket. */
  private static final int PLAIN_BYTES = 1_280;

  private static final int TLS_BYTES = 8 * 1024;
  private static final int WEBSOCKET_BYTES = 2 * 1024;

  private static final String SUB_PROTOCOLS = "mqtt,mqttv3.1";

  private final ListenerConf conf;
  private final ListenerName name;
  private final EventLoops loops;
  private final ConnectionContext[] contexts;
  private final ChannelGroup channels;
  private final @Nullable TlsContext tls;
  private final AcceptGate gate;
  private final @Nullable ForwardedFor forwarded;
  private final TlsHandshakes handshakes;

  /**
   * @param name of the listener, as it is now
   * @param tls keys and certificates; null = no TLS
   * @param contexts by loop
   * @param channels gets every socket, so that closing the listener can close them
   * @param handshakes bounds those of TLS
   */
  MqttPipeline(
      ListenerConf conf,
      ListenerName name,
      @Nullable TlsContext tls,
      EventLoops loops,
      ConnectionContext[] contexts,
      ChannelGroup channels,
      TlsHandshakes handshakes) {
    this.conf = conf;
    this.name = name;
    this.tls = tls;
    this.loops = loops;
    this.contexts = contexts;
    this.channels = channels;
    this.gate = new AcceptGate(contexts.length, name.meter());
    this.handshakes = handshakes;
    List<Network> trusted = conf.terms().trustedProxies();
    this.forwarded = trusted.isEmpty() ? null : new ForwardedFor(trusted);
  }

  /** What holds accepting back while the loops have not taken in those that were accepted. */
  AcceptGate gate() {
    return gate;
  }

  @Override
  protected void initChannel(Channel channel) {
    ConnectionContext context = contexts[loops.of(channel.eventLoop()).index()];
    context.loop().budget().nextTurn(gate.arrival());
    if (context.registry().connectionCount()
            >= Descriptors.forMqtt(context.conf().broker().maxConnections())
        || isUntrusted(channel)
        || !open(channel)
        || !take(context.budgets(), channel)) {
      context.loop().budget().spend(TurnBudget.CONNECTION);
      context.loop().counters().drop(DropReason.CONNECTION_LIMIT);
      channel.close();
      return;
    }
    channels.add(channel);
    ChannelPipeline pipeline = channel.pipeline();
    if (conf.terms().proxyProtocol()) {
      ProxyHeader.addTo(pipeline);
    }
    if (tls != null) {
      pipeline.addLast("tls", new TlsHandshake(handshakes, tls, context.loop(), channel));
    }
    Connection connection = new Connection(context, name);
    if (conf.transport().isWebSocket()) {
      addWebSocket(pipeline, context.conf().packets().maxBytes(), connection);
    }
    pipeline.addLast(MqttDecoder.NAME, connection.decoder());
  }

  private boolean isUntrusted(Channel channel) {
    return conf.terms().proxyProtocol()
        && !ProxyHeader.isTrusted(channel, conf.terms().trustedProxies());
  }

  private boolean open(Channel channel) {
    ListenerMeter meter = name.meter();
    boolean isOpen = meter.open();
    if (isOpen) {
      channel.closeFuture().addListener(closed -> meter.close());
    }
    return isOpen;
  }

  /** Counts what stands between the socket and its session, until it is closed. */
  private boolean take(MemoryBudgets budgets, Channel channel) {
    Budget sockets = budgets.of(Purpose.CONNECTIONS);
    Accounts accounts = budgets.accounts();
    Account account = accounts.ofAddress(channel.remoteAddress());
    int bytes =
        PLAIN_BYTES
            + (tls == null ? 0 : TLS_BYTES)
            + (conf.transport().isWebSocket() ? WEBSOCKET_BYTES : 0);
    if (!sockets.takeOne(account, bytes)) {
      accounts.release(account);
      return false;
    }
    channel
        .closeFuture()
        .addListener(
            closed -> {
              sockets.give(account, bytes);
              accounts.release(account);
            });
    return true;
  }

  /**
   * Largest frame that is accepted. It is no bound on packets, as a frame may hold many
   * [MQTT-6.0.0-2], but there has to be one: a frame is handed on when all of it has come. A
   * connection keeps the one it began with, as it keeps what CONNACK said.
   */
  static int maxFrameBytes(int maxPacketBytes) {
    long several = Math.min(4L * maxPacketBytes, MAX_FRAME_BOUND);
    return Math.max(maxPacketBytes, Math.max((int) several, MIN_FRAME_BOUND));
  }

  private void addWebSocket(ChannelPipeline pipeline, int maxPacketBytes, Connection connection) {
    UnfinishedBytes.Share unfinished = connection.decoder().unfinished();
    WebSocketDecoderConfig frames =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(maxFrameBytes(maxPacketBytes))
            .build();
    WebSocketServerProtocolConfig webSocket =
        WebSocketServerProtocolConfig.newBuilder()
            .websocketPath(conf.path())
            .checkStartsWith(true) // a query may follow
            .subprotocols(SUB_PROTOCOLS)
            .decoderConfig(frames)
            .build();
    pipeline.addLast("http", new HttpServerCodec());
    pipeline.addLast("check", new HandshakeCheck());
    pipeline.addLast("handshake", new HttpObjectAggregator(MAX_HANDSHAKE_BYTES));
    if (forwarded != null) {
      pipeline.addLast("forwarded", forwarded);
    }
    if (!conf.origins().isEmpty()) {
      pipeline.addLast("origin", new OriginCheck(conf.origins()));
    }
    pipeline.addLast("websocket", new WebSocketServerProtocolHandler(webSocket));
    pipeline.addLast(
        "frames",
        new WebSocketFrames(
            () ->
                new FrameDecoder(
                    frames, unfinished, connection::takesFrame, connection::framesGoOn)));
  }
}
