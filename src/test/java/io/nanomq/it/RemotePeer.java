package io.nanomq.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The other end of a bridge of MQTT 3.1.1, packet by packet as the test wants it. */
final class RemotePeer implements AutoCloseable {
  private static final int SECONDS = 15;
  private static final int CLIENT_ID_AT = 10;

  private final ServerSocket server;
  private final BlockingQueue<Socket> arrived = new LinkedBlockingQueue<>();
  // A socket that nobody holds is closed.
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean there;

  RemotePeer() {
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::meet, "remote");
    thread.setDaemon(true);
    thread.start();
  }

  /** Whoever comes is sent away, until it is there. */
  private void meet() {
    try {
      while (true) {
        Socket socket = server.accept();
        if (there) {
          sockets.add(socket);
          arrived.add(socket);
        } else {
          socket.close();
        }
      }
    } catch (IOException closed) {
      return;
    }
  }

  int port() {
    return server.getLocalPort();
  }

  void there() {
    there = true;
  }

  /** One connection, with the client identifier that it came with. */
  record Accepted(RawClient peer, String clientId) {}

  /** Lets the next one in that comes. */
  Accepted accept(boolean sessionPresent) throws Exception {
    Socket socket = arrived.poll(SECONDS, TimeUnit.SECONDS);
    if (socket == null) {
      throw new AssertionError("nobody comes");
    }
    socket.setSoTimeout(SECONDS * 1000);
    RawClient peer = new RawClient(socket, 4);
    byte[] connect = peer.receive(1).body();
    int length = connect[CLIENT_ID_AT] << 8 | connect[CLIENT_ID_AT + 1];
    String id = new String(connect, CLIENT_ID_AT + 2, length, StandardCharsets.UTF_8);
    peer.send(0x20, 2, sessionPresent ? 1 : 0, 0);
    // It says whose it is by what it unsubscribes from, as to any broker.
    int greeting = peer.receive(10).packetId();
    peer.send(0xB0, 2, greeting >> 8, greeting & 0xFF);
    return new Accepted(peer, id);
  }

  /** Takes a message of QoS 2 that came, before anything else comes. */
  static void settle(RawClient peer, int packetId) {
    peer.acknowledge(5, packetId).receive(6);
    peer.acknowledge(7, packetId);
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
