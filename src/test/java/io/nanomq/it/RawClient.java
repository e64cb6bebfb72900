package io.nanomq.it;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * A client that sends the very bytes it is told to, and reads packets one by one: for what
 * well-behaved clients never do.
 */
public final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 5_000;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final int version;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private boolean holding;

  /**
   * One packet from the broker.
   *
   * @param first first byte, type and flags
   * @param body all behind the remaining length
   */
  public record Packet(int first, byte[] body) {
    public int type() {
      return first >> 4;
    }

    /** The packet identifier at the beginning of acknowledgements. */
    public int packetId() {
      return (body[0] & 0xFF) << 8 | body[1] & 0xFF;
    }

    public int at(int i) {
      return body[i] & 0xFF;
    }

    public int qos() {
      return first >> 1 & 3;
    }

    public boolean isDup() {
      return (first & 8) != 0;
    }

    public boolean isRetained() {
      return (first & 1) != 0;
    }

    /** The packet identifier of a PUBLISH at QoS 1 or 2. */
    public int publishId() {
      int at = 2 + (at(0) << 8 | at(1));
      return at(at) << 8 | at(at + 1);
    }

    /** The payload of a PUBLISH that has no MQTT 5 properties. */
    public String payload(int version) {
      int at = 2 + (at(0) << 8 | at(1)) + (qos() > 0 ? 2 : 0) + (version == 5 ? 1 : 0);
      return new String(body, at, body.length - at, StandardCharsets.UTF_8);
    }

    public String topic() {
      return new String(body, 2, (body[0] & 0xFF) << 8 | body[1] & 0xFF, StandardCharsets.UTF_8);
    }
  }

  RawClient(String host, int port, int version) {
    this.version = version;
    try {
      socket = open(host, port);
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      out = socket.getOutputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** MQTT over a WebSocket that is open already. */
  RawClient(RawWebSocket webSocket, int version) {
    this.version = version;
    socket = webSocket.socket();
    in = new DataInputStream(webSocket.input());
    out = webSocket.output();
  }

  static Socket open(String host, int port) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  public Socket socket() {
    return socket;
  }

  public RawClient send(int... bytes) {
    byte[] packet = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      packet[i] = (byte) bytes[i];
    }
    return send(packet);
  }

  public RawClient send(byte[] bytes) {
    if (holding) {
      held.writeBytes(bytes);
      return this;
    }
    try {
      out.write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps what is sent from now on, to leave in one write with {@link #release}. */
  public RawClient hold() {
    holding = true;
    return this;
  }

  public RawClient release() {
    holding = false;
    byte[] all = held.toByteArray();
    held.reset();
    return send(all);
  }

  /** CONNECT without will or credentials; MQTT 5 without properties. */
  public RawClient connect(String clientId, boolean cleanStart, int keepAlive) {
    return connect(clientId, cleanStart, keepAlive, new byte[0]);
  }

  /** As above, with MQTT 5 properties as they stand on the wire, without their length. */
  public RawClient connect(String clientId, boolean cleanStart, int keepAlive, byte[] properties) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    string(body, version == 3 ? "MQIsdp" : "MQTT");
    body.write(version);
    body.write(cleanStart ? 2 : 0);
    body.write(keepAlive >> 8);
    body.write(keepAlive);
    if (version == 5) {
      body.write(properties.length);
      body.writeBytes(properties);
    }
    string(body, clientId);
    return packet(0x10, body.toByteArray());
  }

  /** CONNECT, and CONNACK with success. */
  public RawClient connected(String clientId, boolean cleanStart) {
    connect(clientId, cleanStart, 0);
    Packet connack = receive();
    if (connack.type() != 2 || connack.at(1) != 0) {
      throw new AssertionError("no CONNACK with success but " + connack);
    }
    return this;
  }

  public RawClient subscribe(int packetId, String filter, int options) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(packetId >> 8);
    body.write(packetId);
    if (version == 5) {
      body.write(0);
    }
    string(body, filter);
    body.write(options);
    return packet(0x82, body.toByteArray());
  }

  public RawClient publish(String topic, int qos, int packetId, byte[] payload) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    string(body, topic);
    if (qos > 0) {
      body.write(packetId >> 8);
      body.write(packetId);
    }
    if (version == 5) {
      body.write(0);
    }
    body.writeBytes(payload);
    return packet(0x30 | qos << 1, body.toByteArray());
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP. */
  public RawClient acknowledge(int type, int packetId) {
    return send(type << 4 | (type == 6 ? 2 : 0), 2, packetId >> 8, packetId & 0xFF);
  }

  public RawClient packet(int first, byte[] body) {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(first);
    int rest = body.length;
    while (rest > 127) {
      packet.write(rest & 127 | 128);
      rest >>= 7;
    }
    packet.write(rest);
    packet.writeBytes(body);
    return send(packet.toByteArray());
  }

  private static void string(ByteArrayOutputStream to, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    to.write(utf8.length >> 8);
    to.write(utf8.length);
    to.writeBytes(utf8);
  }

  /** The next packet; fails after five seconds, and where the broker has closed. */
  public Packet receive() {
    try {
      int first = in.readUnsignedByte();
      int length = 0;
      int shift = 0;
      int digit;
      do {
        digit = in.readUnsignedByte();
        length |= (digit & 127) << shift;
        shift += 7;
      } while (digit > 127);
      return new Packet(first, in.readNBytes(length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether the broker closes the connection within five seconds; packets before are passed over.
   */
  public boolean isClosedByBroker() {
    try {
      while (true) {
        receive();
      }
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof SocketTimeoutException) {
        return false;
      }
      return e.getCause() instanceof EOFException || e.getCause() instanceof SocketException;
    }
  }

  /** Closes with a reset, as when a machine is gone, in place of an orderly end. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
