package io.nanomq.bridge;

import io.nanomq.codec.MqttDecoder;
import io.nanomq.loop.LoopConfined;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens the socket of one attempt to connect: looks the name up, connects, builds the pipeline. */
@LoopConfined
final class RemoteSocket {
  private final BridgeContext context;
  private final Endpoint endpoint;
  private final Bridge bridge;

  RemoteSocket(BridgeContext context, Endpoint endpoint, Bridge bridge) {
    this.context = context;
    this.endpoint = endpoint;
    this.bridge = bridge;
  }

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
        .lookUp(endpoint.host(), bridge)
        .whenCompleteAsync(
            (addresses, failure) -> {
              if (!wanted.getAsBoolean()) {
                return;
              }
              if (failure != null) {
                failed.accept(text(failure));
              } else {
                connect(any(addresses), link.get(), wanted, failed);
              }
            },
            context.loop().eventLoop());
  }

  /** A name may have several, of which some do not answer. */
  private static InetAddress any(InetAddress[] addresses) {
    return addresses[ThreadLocalRandom.current().nextInt(addresses.length)];
  }

  private void connect(
      InetAddress address, RemoteLink link, BooleanSupplier wanted, Consumer<String> failed) {
    ChannelFuture opening =
        context
            .network()
            .connect(
                context.loop().eventLoop(),
                new InetSocketAddress(address, endpoint.port()),
                pipeline(link));
    opening.addListener(
        done -> {
          Channel channel = opening.channel();
          if (!wanted.getAsBoolean()) {
            channel.close();
          } else if (done.isSuccess()) {
            bridge.opened(link);
          } else {
            failed.accept(text(done.cause()));
          }
        });
  }

  private static ChannelInitializer<Channel> pipeline(RemoteLink link) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(MqttDecoder.NAME, link.decoder());
      }
    };
  }

  private static String text(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause != null && cause.getMessage() == null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause == null ? "failed" : String.valueOf(cause.getMessage());
  }
}
