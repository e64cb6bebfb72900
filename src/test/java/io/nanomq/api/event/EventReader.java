package io.nanomq.api.event;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Follows a stream of server-sent events over a socket of its own, as slowly as a test wants. */
public final class EventReader implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;

  private final Socket socket;
  private final BufferedReader in;
  public final List<String> head = new ArrayList<>();

  /**
   * One event.
   *
   * @param name empty for a comment
   */
  record Event(String name, String data) {}

  public EventReader(int port, String query) {
    this(port, query, "Basic YWRtaW46cHVibGlj");
  }

  public EventReader(int port, String query, String credentials) {
    socket = new Socket();
    try {
      // Small, so that a reader that stops is felt soon.
      socket.setReceiveBufferSize(4 * 1024);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      String request =
          "GET /api/v4/events"
              + query
              + " HTTP/1.0\r\nHost: here\r\nAuthorization: "
              + credentials
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream raw = socket.getInputStream();
      in = new BufferedReader(new InputStreamReader(raw, StandardCharsets.UTF_8), 1024);
      for (String line = line(); !line.isEmpty(); line = line()) {
        head.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String line() {
    try {
      String line = in.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next event or comment; both empty at the end of the stream. */
  Event next() {
    String name = "";
    String data = "";
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (line.startsWith("event:")) {
        name = line.substring(6).strip();
      } else if (line.startsWith("data:")) {
        data += line.substring(5).strip();
      } else {
        data += line;
      }
    }
    return new Event(name, data);
  }

  /** The next event that is not a comment. */
  Event nextEvent() {
    Event event = next();
    while (event.name().isEmpty() && !event.data().isEmpty()) {
      event = next();
    }
    return event;
  }

  public boolean hasEnded() {
    return nextEvent().equals(new Event("", ""));
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
