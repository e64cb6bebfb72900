package io.nanomq.rule.sql;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Who is in between: takes connections as a data base does, and keeps all that it is told. */
final class FalseServer implements AutoCloseable {
  private static final int MAX_PACKET = 1 << 16;

  /** What is said on one connection. */
  interface Part {
    void play(DataInputStream in, OutputStream out, Socket socket) throws Exception;
  }

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ConcurrentLinkedQueue<byte[]> told = new ConcurrentLinkedQueue<>();
  private final AtomicInteger ended = new AtomicInteger();

  FalseServer(Part part) throws IOException {
    Thread thread = new Thread(() -> accept(part), "false-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(Part part) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        socket.setSoTimeout(20_000);
        part.play(new DataInputStream(socket.getInputStream()), socket.getOutputStream(), socket);
      } catch (Exception e) {
        // Whoever is connected has gone.
      }
      ended.incrementAndGet();
    }
  }

  int port() {
    return server.getLocalPort();
  }

  int connections() {
    return ended.get();
  }

  void keep(byte[] bytes) {
    told.add(bytes);
  }

  /** All of it, a character for each byte. */
  String told() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    told.forEach(all::writeBytes);
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** Whatever comes until the other side ends it. */
  void keepRest(InputStream in) throws IOException {
    byte[] some = new byte[MAX_PACKET];
    for (int n = in.read(some); n >= 0; n = in.read(some)) {
      keep(Arrays.copyOf(some, n));
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
