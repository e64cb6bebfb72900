package io.nanomq.it;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket whose frames the test decides about; bytes written are one binary frame. */
public final class RawWebSocket {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;
  static final int FINAL = 0x80;

  private static final byte[] MASK = {1, 2, 3, 4};

  private final Socket socket;
  private final DataInputStream in;
  private final String response;

  private RawWebSocket(Socket socket, String path, String protocols) throws IOException {
    this.socket = socket;
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    String request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + (protocols.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + protocols + "\r\n")
            + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    response = readHead();
  }

  static RawWebSocket open(String host, int port, String path) {
    return open(host, port, path, "mqtt");
  }

  /** As above, over a socket that is open already, such as one with TLS. */
  static RawWebSocket open(Socket socket, String path) {
    try {
      return new RawWebSocket(socket, path, "mqtt");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param protocols value of Sec-WebSocket-Protocol, empty = no such header
   */
  static RawWebSocket open(String host, int port, String path, String protocols) {
    try {
      return new RawWebSocket(RawClient.open(host, port), path, protocols);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Status line and headers that the server answered with. */
  String response() {
    return response;
  }

  Socket socket() {
    return socket;
  }

  private String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  /** Sends one frame. */
  void frame(int finalAndOpcode, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
    frame.put((byte) finalAndOpcode);
    if (payload.length < 126) {
      frame.put((byte) (0x80 | payload.length));
    } else if (payload.length < 65_536) {
      frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
    } else {
      frame.put((byte) (0x80 | 127)).putLong(payload.length);
    }
    frame.put(MASK);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ MASK[i & 3]));
    }
    socket.getOutputStream().write(frame.array(), 0, frame.position());
  }

  /** One frame from the server. */
  record Frame(int opcode, byte[] payload) {}

  Frame receive() throws IOException {
    int opcode = in.readUnsignedByte() & 0x0F;
    int length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = (int) in.readLong();
    }
    return new Frame(opcode, in.readNBytes(length));
  }

  OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int start, int length) throws IOException {
        frame(FINAL | BINARY, java.util.Arrays.copyOfRange(bytes, start, start + length));
      }
    };
  }

  /** The payloads of binary frames, joined. */
  InputStream input() {
    return new InputStream() {
      private ByteBuffer current = ByteBuffer.allocate(0);

      @Override
      public int read() throws IOException {
        while (!current.hasRemaining()) {
          Frame frame = RawWebSocket.this.receive();
          if (frame.opcode() == CLOSE) {
            return -1;
          }
          if (frame.opcode() == BINARY) {
            current = ByteBuffer.wrap(frame.payload());
          }
        }
        return current.get() & 0xFF;
      }

      // The default would turn a timeout in the middle into fewer bytes.
      @Override
      public int read(byte[] bytes, int start, int length) throws IOException {
        if (length == 0) {
          return 0;
        }
        int first = read();
        if (first < 0) {
          return -1;
        }
        bytes[start] = (byte) first;
        int more = Math.min(length - 1, current.remaining());
        current.get(bytes, start + 1, more);
        return more + 1;
      }
    };
  }
}
