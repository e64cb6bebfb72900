package io.nanomq.listener;

import io.nanomq.config.key.value.Network;
import io.nanomq.connection.PeerAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the client's address from the header that a proxy puts before the stream (PROXY protocol, 1
 * or 2). A connection without one is closed, and so is one of a proxy that is not trusted: nobody
 * else may say who it is. What a proxy opens for itself, to see whether we are there, keeps the
 * proxy's address.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter {
  private static final String DECODER = "proxy";

  /** Bytes that its further fields may have: those of TLS, with a name or two. */
  private static final int MAX_FIELDS = 1024;

  private ProxyHeader() {}

  static void addTo(ChannelPipeline pipeline) {
    pipeline.addLast(DECODER, new HAProxyMessageDecoder(MAX_FIELDS));
    pipeline.addLast("proxied", new ProxyHeader());
  }

  /** Whether the other end of a socket may say whose connection it is. */
  static boolean isTrusted(Channel channel, List<Network> trusted) {
    return Network.isAnyOf(PeerAddress.text(channel), trusted);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof HAProxyMessage header)) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      InetAddress client = client(header);
      if (client != null) {
        PeerAddress.set(ctx.channel(), new InetSocketAddress(client, header.sourcePort()));
      }
    } finally {
      header.release();
    }
    ctx.pipeline().remove(this);
  }

  private static @Nullable InetAddress client(HAProxyMessage header) {
    String source = header.sourceAddress();
    return header.command() == HAProxyCommand.LOCAL || source == null
        ? null
        : NetUtil.createInetAddressFromIpAddressString(source);
  }
}
