package io.nanomq.bridge;

import io.nanomq.codec.MqttDecoder;
import io.nanomq.config.model.TlsConf;
import io.nanomq.loop.LoopConfined;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens the socket of one attempt to connect: looks the name up, reads keys and certificates,
 * connects, builds the pipeline: TLS and WebSocket where the address says so, then MQTT.
 */
@LoopConfined
final class RemoteSocket {
  private static final int MAX_HANDSHAKE_BYTES = 8 * 1024;
  private static final int MAX_FRAME_BYTES = 4 * 1024 * 1024;

  private final BridgeContext context;
  private final Endpoint endpoint;
  private final TlsConf tls;
  private final Bridge bridge;

  RemoteSocket(BridgeContext context, Endpoint endpoint, TlsConf tls, Bridge bridge) {
    this.context = context;
    this.endpoint = endpoint;
    this.tls = tls;
    this.bridge = bridge;
  }

  /**
   * What has to be there before the socket can be opened.
   *
   * @param tls null = none
   */
  private record Prepared(InetAddress address, @Nullable RemoteTls tls) {}

  /**
   * Opens it.
   *
   * @param link makes the connection that the socket is for
   * @param wanted whether somebody still waits for it
   * @param failed is told why there is none, on the loop
   */
  void open(Supplier<RemoteLink> link, BooleanSupplier wanted, Consumer<String> failed) {
    context
        .network()
        .submit(bridge, this::prepare)
        .whenCompleteAsync(
            (prepared, failure) -> {
              if (!wanted.getAsBoolean()) {
                return;
              }
              if (failure != null) {
                failed.accept(text(failure));
              } else {
                connect(prepared, link.get(), wanted, failed);
              }
            },
            context.loop().eventLoop());
  }

  /** Off the loops: a resolver and a disk may take their time. */
  private Prepared prepare() throws Exception {
    InetAddress[] addresses = InetAddress.getAllByName(endpoint.host());
    // A name may have several, of which some do not answer.
    InetAddress any = addresses[ThreadLocalRandom.current().nextInt(addresses.length)];
    return new Prepared(any, endpoint.tls() ? RemoteTls.read(tls, context.network().pems()) : null);
  }

  private void connect(
      Prepared prepared, RemoteLink link, BooleanSupplier wanted, Consumer<String> failed) {
    var address = new InetSocketAddress(prepared.address(), endpoint.port());
    ChannelFuture opening =
        context
            .network()
            .connect(context.loop().eventLoop(), address, pipeline(prepared.tls(), link));
    opening.addListener(
        done -> {
          if (!wanted.getAsBoolean()) {
            opening.channel().close();
          } else if (done.isSuccess()) {
            opened(link);
          } else {
            failed.accept(text(done.cause()));
          }
        });
  }

  private void opened(RemoteLink link) {
    bridge.opened(link);
    if (endpoint.path() == null) {
      bridge.begin(link);
    }
  }

  private ChannelInitializer<Channel> pipeline(@Nullable RemoteTls keys, RemoteLink link) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (keys != null) {
          var steps = context.network().steps(bridge);
          pipeline.addLast("tls", keys.newHandler(channel.alloc(), endpoint, steps));
        }
        String path = endpoint.path();
        if (path != null) {
          addWebSocket(pipeline, path, link);
        }
        pipeline.addLast(MqttDecoder.NAME, link.decoder());
      }
    };
  }

  private void addWebSocket(ChannelPipeline pipeline, String path, RemoteLink link) {
    String scheme = endpoint.tls() ? "wss" : "ws";
    String host = endpoint.host().contains(":") ? "[" + endpoint.host() + "]" : endpoint.host();
    WebSocketClientProtocolConfig webSocket =
        WebSocketClientProtocolConfig.newBuilder()
            .webSocketUri(scheme + "://" + host + ":" + endpoint.port() + path)
            .subprotocol("mqtt")
            .maxFramePayloadLength(Math.max(MAX_FRAME_BYTES, context.conf().maxPacketBytes()))
            .build();
    pipeline.addLast("http", new HttpClientCodec());
    pipeline.addLast("handshake", new HttpObjectAggregator(MAX_HANDSHAKE_BYTES));
    pipeline.addLast("pings", new PingLimit());
    pipeline.addLast("websocket", new WebSocketClientProtocolHandler(webSocket));
    pipeline.addLast("frames", new ClientFrames(() -> bridge.begin(link)));
  }

  private static String text(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause != null && cause.getMessage() == null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause == null ? "failed" : String.valueOf(cause.getMessage());
  }
}
