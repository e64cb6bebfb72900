package io.nanomq.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Sends bytes as an HTTP request, also such as no HTTP client would, and reads what comes back. */
public final class RawHttp {
  private static final int CONNECT_MILLIS = 5_000;

  private RawHttp() {}

  /** What became of a request; status 0 = the connection was closed without an answer. */
  public record Answer(int status, List<String> headers, byte[] body, boolean timedOut) {
    static final Answer CLOSED = new Answer(0, List.of(), new byte[0], false);

    /** The value of a header, empty where there is none. */
    public Optional<String> header(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return headers.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
          .map(line -> line.substring(start.length()).strip())
          .findFirst();
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /**
   * Sends one request on a connection of its own and reads one answer.
   *
   * @param millis how long the answer may take; {@link Answer#timedOut} where it takes longer
   */
  public static Answer exchange(int port, byte[] request, int millis) throws IOException {
    return exchange(port, request, millis, 0);
  }

  /** The same, but of an answer below 400 only the status and headers: it may have no end. */
  public static Answer refusal(int port, byte[] request, int millis) throws IOException {
    return exchange(port, request, millis, 400);
  }

  private static Answer exchange(int port, byte[] request, int millis, int bodyFrom)
      throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
      socket.setSoTimeout(millis);
      // A server that has seen enough stops reading, and then so much does not fit anywhere.
      Thread sender = new Thread(() -> send(socket, request), "raw-http");
      sender.setDaemon(true);
      sender.start();
      return read(socket.getInputStream(), bodyFrom, isHead(request));
    }
  }

  private static boolean isHead(byte[] request) {
    return request.length > 5
        && new String(request, 0, 5, StandardCharsets.US_ASCII).equals("HEAD ");
  }

  private static void send(Socket socket, byte[] request) {
    try {
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      // What the server says to it is what counts.
    }
  }

  /** Reads one answer; interim ones, 1xx, are passed over. */
  private static Answer read(InputStream in, int bodyFrom, boolean head) {
    try {
      List<String> lines = head(in);
      while (!lines.isEmpty() && lines.get(0).matches("HTTP/1\\.\\d 1\\d\\d.*")) {
        lines = head(in);
      }
      if (lines.isEmpty()) {
        return Answer.CLOSED;
      }
      int status = Integer.parseInt(lines.get(0).split(" ", 3)[1]);
      var answer = new Answer(status, lines.subList(1, lines.size()), new byte[0], false);
      return head || status < bodyFrom
          ? answer
          : new Answer(status, answer.headers(), body(in, answer), false);
    } catch (SocketTimeoutException e) {
      return new Answer(0, List.of(), new byte[0], true);
    } catch (IOException e) {
      return Answer.CLOSED;
    }
  }

  private static List<String> head(InputStream in) throws IOException {
    var lines = new ArrayList<String>();
    while (true) {
      String line = line(in);
      if (line == null) {
        return List.of();
      }
      if (line.isEmpty()) {
        return lines;
      }
      lines.add(line);
    }
  }

  private static String line(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    while (true) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      if (next == '\n') {
        return bytes.toString(StandardCharsets.ISO_8859_1).stripTrailing();
      }
      bytes.write(next);
    }
  }

  private static byte[] body(InputStream in, Answer answer) throws IOException {
    Optional<String> length = answer.header("Content-Length");
    if (length.isPresent()) {
      return in.readNBytes(Integer.parseInt(length.get()));
    }
    if (answer.header("Transfer-Encoding").isEmpty()) {
      return in.readAllBytes();
    }
    var body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(in), 16);
      body.write(in.readNBytes(size));
      line(in);
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }
}
