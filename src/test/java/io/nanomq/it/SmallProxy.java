package io.nanomq.it;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy on 127.0.0.1 that leads to one port, whatever name it is asked for. */
final class SmallProxy implements AutoCloseable {
  private final boolean isHttp;
  private final int target;
  private final String user;
  private final String password;
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /**
   * @param user that has to be given; empty = none
   */
  SmallProxy(boolean isHttp, int target, String user, String password) {
    this.isHttp = isHttp;
    this.target = target;
    this.user = user;
    this.password = password;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Names and ports that were asked for. */
  List<String> asked() {
    return asked;
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void run(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                return; // closed
              }
            },
            "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      sockets.add(client);
      run(() -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    boolean allowed = isHttp ? http(client) : socks(client);
    if (!allowed) {
      client.close();
      return;
    }
    Socket other = new Socket(InetAddress.getLoopbackAddress(), target);
    sockets.add(other);
    client
        .getOutputStream()
        .write(
            isHttp
                ? "HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII)
                : new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    run(() -> copy(client, other));
    copy(other, client);
  }

  private static void copy(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    }
  }

  private boolean http(Socket client) throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = client.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int read = in.read();
      if (read < 0) {
        return false;
      }
      head.append((char) read);
    }
    asked.add(head.substring("CONNECT ".length(), head.indexOf(" HTTP")));
    String given = user + ":" + password;
    String token = Base64.getEncoder().encodeToString(given.getBytes(StandardCharsets.ISO_8859_1));
    boolean allowed = user.isEmpty() || head.toString().contains("Basic " + token);
    if (!allowed) {
      String refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
      client.getOutputStream().write(refusal.getBytes(StandardCharsets.US_ASCII));
    }
    return allowed;
  }

  /** RFC 1928 and RFC 1929. */
  private boolean socks(Socket client) throws IOException {
    DataInputStream in = new DataInputStream(client.getInputStream());
    OutputStream out = client.getOutputStream();
    in.readByte();
    in.readNBytes(in.readByte());
    boolean asksForUser = !user.isEmpty();
    out.write(new byte[] {5, (byte) (asksForUser ? 2 : 0)});
    if (asksForUser) {
      in.readByte();
      boolean isUser = text(in).equals(user);
      boolean allowed = text(in).equals(password) && isUser;
      out.write(new byte[] {1, (byte) (allowed ? 0 : 1)});
      if (!allowed) {
        return false;
      }
    }
    in.readNBytes(3);
    int kind = in.readByte();
    String host = kind == 3 ? text(in) : InetAddress.getByAddress(in.readNBytes(4)).toString();
    asked.add(host + ":" + in.readUnsignedShort());
    return true;
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
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
