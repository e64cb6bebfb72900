package io.nanomq.kubernetes;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A way to a server on 127.0.0.1 that can be cut and restored on the same port. */
public final class FlakyLink implements AutoCloseable {
  private volatile int target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final List<Long> attempts = new CopyOnWriteArrayList<>();
  private ServerSocket server;

  public FlakyLink(int target) {
    this.target = target;
    this.server = open(0);
    this.port = server.getLocalPort();
    start();
  }

  public int port() {
    return port;
  }

  /** Leads elsewhere from the next connection on. */
  public void leadTo(int other) {
    target = other;
  }

  /** Cuts what is connected and refuses what comes. */
  public void cut() {
    try {
      server.close();
      endConnections();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Cuts what is connected; what comes anew gets through. */
  public void endConnections() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  /** Cuts what is connected, and ends what comes, which is counted. */
  public void refuse() {
    cut();
    server = open(port);
    ServerSocket mine = server;
    daemon(
        () -> {
          while (true) {
            mine.accept().close();
            attempts.add(System.nanoTime());
          }
        });
  }

  /** When somebody came while that was refused, by System.nanoTime. */
  public List<Long> attempts() {
    return List.copyOf(attempts);
  }

  public void restore() {
    cut();
    server = open(port);
    start();
  }

  @Override
  public void close() {
    cut();
  }

  private static ServerSocket open(int port) {
    // A socket that was closed is gone only when the thread that accepts on it has noticed.
    return await().ignoreException(BindException.class).until(() -> bound(port), any -> true);
  }

  private static ServerSocket bound(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void start() {
    ServerSocket mine = server;
    daemon(
        () -> {
          while (true) {
            connect(mine.accept(), mine);
          }
        });
  }

  private void connect(Socket client, ServerSocket acceptedBy) throws IOException {
    Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
    sockets.add(client);
    sockets.add(upstream);
    if (acceptedBy.isClosed()) {
      // It was cut between the two: nobody else ends what came in last.
      client.close();
      upstream.close();
      return;
    }
    daemon(() -> pump(client, upstream));
    daemon(() -> pump(upstream, client));
  }

  private static void pump(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    }
  }

  private interface Io {
    void run() throws IOException;
  }

  private static void daemon(Io task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                return; // cut
              }
            },
            "flaky-link");
    thread.setDaemon(true);
    thread.start();
  }
}
