package io.nanomq.listener;

import io.nanomq.config.key.value.Network;
import io.nanomq.connection.PeerAddress;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Takes the client's address from the {@code X-Forwarded-For} of a request for a WebSocket. Proxies
 * that are trusted are believed, each about who asked it; of others the header is ignored.
 */
@ChannelHandler.Sharable
final class ForwardedFor extends ChannelInboundHandlerAdapter {
  private static final String HEADER = "X-Forwarded-For";

  private final List<Network> trusted;

  ForwardedFor(List<Network> trusted) {
    this.trusted = trusted;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request) {
      String peer = PeerAddress.text(ctx.channel());
      String client = Network.forwarded(peer, request.headers().getAll(HEADER), trusted);
      InetAddress address = NetUtil.createInetAddressFromIpAddressString(client);
      if (!client.equals(peer) && address != null) {
        PeerAddress.set(ctx.channel(), new InetSocketAddress(address, 0));
      }
    }
    ctx.fireChannelRead(message);
  }
}
