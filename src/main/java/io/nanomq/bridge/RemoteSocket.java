package io.nanomq.bridge;

import io.nanomq.codec.MqttDecoder;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.loop.LoopConfined;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
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
  private final BridgeConf.Socket conf;
  private final BridgeConnection bridge;

  RemoteSocket(
      BridgeContext context, Endpoint endpoint, BridgeConf.Socket conf, BridgeConnection bridge) {
    this.context = context;
    this.endpoint = endpoint;
    this.conf = conf;
    this.bridge = bridge;
  }

  /**
   * What has to be there before the socket can be opened.
   *
   * @param address what is connected to: the proxy where there is one
   * @param tls null = none
   */
  private record Prepared(InetSocketAddress address, @Nullable RemoteTls tls) {}

  /**
   * Opens it.
   *
   * @param link makes the connection that the socket is for
   * @param wanted whether somebody still waits for it
   * @param opened is given it when the socket is open
   * @param failed is told why there is none, on the loop
   */
  void open(
      Supplier<RemoteLink> link,
      BooleanSupplier wanted,
      Consumer<RemoteLink> opened,
      Consumer<String> failed) {
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
                connect(prepared, link.get(), wanted, opened, failed);
              }
            },
            context.loop().eventLoop());
  }

  /** Off the loops: a resolver and a disk may take their time. */
  private Prepared prepare() throws Exception {
    BridgeConf.Proxy proxy = conf.proxy();
    String host = proxy == null ? endpoint.host() : proxy.host();
    InetAddress[] addresses = InetAddress.getAllByName(host);
    // A name may have several, of which some do not answer.
    InetAddress any = addresses[ThreadLocalRandom.current().nextInt(addresses.length)];
    context.network().outgoing().require(any);
    if (proxy != null) {
      // Names are looked up there, and whoever runs it has to say where they may lead.
      context.network().outgoing().requireLiteral(endpoint.host());
    }
    int port = proxy == null ? endpoint.port() : proxy.port();
    return new Prepared(
        new InetSocketAddress(any, port),
        endpoint.tls() ? RemoteTls.read(conf.tls(), context.network().outgoing().pems()) : null);
  }

  private void connect(
      Prepared prepared,
      RemoteLink link,
      BooleanSupplier wanted,
      Consumer<RemoteLink> opened,
      Consumer<String> failed) {
    // The proxy's handler connects to the proxy in place of this, which the proxy looks up.
    InetSocketAddress address =
        conf.proxy() == null
            ? prepared.address()
            : InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port());
    ChannelFuture opening =
        context
            .network()
            .connect(context.loop().eventLoop(), address, pipeline(prepared, link), conf.tcp());
    opening.addListener(
        done -> {
          if (!wanted.getAsBoolean()) {
            opening.channel().close();
          } else if (done.isSuccess()) {
            opened.accept(link);
            if (endpoint.path() == null) {
              bridge.begin(link);
            }
          } else {
            failed.accept(text(done.cause()));
          }
        });
  }

  private ChannelInitializer<Channel> pipeline(Prepared prepared, RemoteLink link) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (conf.proxy() != null) {
          pipeline.addLast("proxy", proxy(conf.proxy(), prepared.address()));
        }
        RemoteTls keys = prepared.tls();
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

  private static ProxyHandler proxy(BridgeConf.Proxy proxy, InetSocketAddress address) {
    String user = proxy.username();
    boolean isHttp = proxy.type() == BridgeConf.ProxyType.HTTP;
    if (user.isEmpty()) {
      return isHttp ? new HttpProxyHandler(address) : new Socks5ProxyHandler(address);
    }
    return isHttp
        ? new HttpProxyHandler(address, user, proxy.password())
        : new Socks5ProxyHandler(address, user, proxy.password());
  }

  private void addWebSocket(ChannelPipeline pipeline, String path, RemoteLink link) {
    String scheme = endpoint.tls() ? "wss" : "ws";
    String host = endpoint.host().contains(":") ? "[" + endpoint.host() + "]" : endpoint.host();
    WebSocketClientProtocolConfig webSocket =
        WebSocketClientProtocolConfig.newBuilder()
            .webSocketUri(scheme + "://" + host + ":" + endpoint.port() + path)
            .subprotocol("mqtt")
            .maxFramePayloadLength(Math.max(MAX_FRAME_BYTES, context.conf().packets().maxBytes()))
            .build();
    pipeline.addLast("http", new HttpClientCodec());
    pipeline.addLast("handshake", new HttpObjectAggregator(MAX_HANDSHAKE_BYTES));
    pipeline.addLast("pings", new PingLimit());
    pipeline.addLast("websocket", new WebSocketClientProtocolHandler(webSocket));
    pipeline.addLast("frames", new ClientFrames(() -> bridge.begin(link)));
  }

  /** What went wrong, and at the bottom of it why: a certificate that has expired, for one. */
  static String text(@Nullable Throwable failure) {
    if (failure == null) {
      return "failed";
    }
    Throwable first = failure;
    while (first.getMessage() == null && first.getCause() != null) {
      first = first.getCause();
    }
    Throwable last = first;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    String text = first.getMessage() == null ? first.toString() : first.getMessage();
    String why = last.getMessage();
    return why == null || text.contains(why)
        ? text
        : text + ": " + last.getClass().getSimpleName() + ": " + why;
  }
}
