package io.nanomq.log;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A Unix socket of the stream kind, as {@code log.uds_addr} names one. */
final class StreamLineSocket implements LineSocket {
  private final SocketChannel channel;
  private final Selector selector;

  StreamLineSocket(Path path) throws IOException {
    selector = Selector.open();
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(path));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_WRITE);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  @Override
  public void send(byte[] line) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(line);
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SEND_MILLIS);
    while (rest.hasRemaining()) {
      if (channel.write(rest) == 0) {
        long millis = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (millis <= 0 || selector.select(millis) == 0) {
          throw new IOException("nobody reads there");
        }
        selector.selectedKeys().clear();
      }
    }
  }

  @Override
  public void close() {
    try {
      selector.close();
      channel.close();
    } catch (IOException ignored) {
      // Nothing more is sent there.
    }
  }
}
