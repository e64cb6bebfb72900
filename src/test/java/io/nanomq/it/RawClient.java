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
import javax.net.ssl.SSLException;

/**
 * A client that sends the very bytes it is told to, and reads packets one by one: for what
 * well-behaved clients never do.
 */
public final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 15_000;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final int version;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private boolean holding;

  public RawClient(String host, int port, int version) {
    this(connected(host, port), version);
  }

  /** MQTT over a socket that is open already, such as one with TLS. */
  RawClient(Socket socket, int version) {
    this.version = version;
    this.socket = socket;
    try {
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

  private static Socket connected(String host, int port) {
    try {
      return open(host, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    ByteArrayOutputStream body = connectHead(clientId, cleanStart ? 2 : 0, keepAlive, properties);
    return packet(0x10, body.toByteArray());
  }

  /** CONNECT of MQTT 3.1.1 with credentials, or without any where the user is empty. */
  public RawClient connect(String clientId, String user, String password) {
    return connect(clientId, true, user, password);
  }

  /** The same with a session that may last, or last already. */
  RawClient connect(String clientId, boolean cleanStart, String user, String password) {
    int flags = (user.isEmpty() ? 0 : 0xC0) | (cleanStart ? 2 : 0);
    ByteArrayOutputStream body = connectHead(clientId, flags, 0, new byte[0]);
    if (!user.isEmpty()) {
      string(body, user);
      string(body, password);
    }
    return packet(0x10, body.toByteArray());
  }

  private ByteArrayOutputStream connectHead(
      String clientId, int flags, int keepAlive, byte[] properties) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    string(body, version == 3 ? "MQIsdp" : "MQTT");
    body.write(version);
    body.write(flags);
    body.write(keepAlive >> 8);
    body.write(keepAlive);
    properties(body, properties);
    string(body, clientId);
    return body;
  }

  /**
   * A will, as CONNECT has it.
   *
   * @param properties MQTT 5 properties without their length
   */
  public record Will(String topic, String payload, int qos, boolean retain, byte[] properties) {
    public Will(String topic, String payload, byte... properties) {
      this(topic, payload, 1, false, properties);
    }
  }

  /** CONNECT with a will, without keep alive. */
  public RawClient connect(String clientId, boolean cleanStart, byte[] properties, Will will) {
    int flags = (cleanStart ? 2 : 0) | 4 | will.qos << 3 | (will.retain ? 0x20 : 0);
    ByteArrayOutputStream body = connectHead(clientId, flags, 0, properties);
    properties(body, will.properties);
    string(body, will.topic);
    string(body, will.payload);
    return packet(0x10, body.toByteArray());
  }

  private void properties(ByteArrayOutputStream to, byte[] properties) {
    if (version == 5) {
      to.write(properties.length);
      to.writeBytes(properties);
    }
  }

  /** The next packet, which has to be of that type. */
  public RawPacket receive(int type) {
    RawPacket packet = receive();
    if (packet.type() != type) {
      throw new AssertionError("no packet of type " + type + " but " + packet.type());
    }
    return packet;
  }

  /** Fails where anything but the answer to a PINGREQ comes next. */
  public void assertNothingMore() {
    send(0xC0, 0).receive(13);
  }

  /** CONNECT, and CONNACK with success. */
  public RawClient connected(String clientId, boolean cleanStart) {
    connect(clientId, cleanStart, 0);
    RawPacket connack = receive();
    if (connack.type() != 2 || connack.at(1) != 0) {
      throw new AssertionError("no CONNACK with success but " + connack);
    }
    return this;
  }

  public RawClient subscribe(int packetId, String filter, int options) {
    return subscribe(packetId, filter, options, new byte[0]);
  }

  /** As above, with MQTT 5 properties without their length. */
  public RawClient subscribe(int packetId, String filter, int options, byte[] properties) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(packetId >> 8);
    body.write(packetId);
    properties(body, properties);
    string(body, filter);
    body.write(options);
    return packet(0x82, body.toByteArray());
  }

  public RawClient unsubscribe(int packetId, String filter) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(packetId >> 8);
    body.write(packetId);
    properties(body, new byte[0]);
    string(body, filter);
    return packet(0xa2, body.toByteArray());
  }

  public RawClient publish(String topic, int qos, int packetId, byte[] payload) {
    return publish(topic, qos, packetId, payload, new byte[0]);
  }

  /** As above, with MQTT 5 properties without their length. */
  public RawClient publish(String topic, int qos, int packetId, byte[] payload, byte[] properties) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    string(body, topic);
    if (qos > 0) {
      body.write(packetId >> 8);
      body.write(packetId);
    }
    properties(body, properties);
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

  /** The next packet; fails after fifteen seconds, and where the broker has closed. */
  public RawPacket receive() {
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
      return new RawPacket(first, in.readNBytes(length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether the broker closes the connection within fifteen seconds; packets before are passed
   * over.
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
      return e.getCause() instanceof EOFException
          || e.getCause() instanceof SocketException
          || e.getCause() instanceof SSLException;
    }
  }

  /** Whether the broker closes the connection in so short a time. */
  public boolean isClosedWithin(int millis) {
    try {
      socket.setSoTimeout(millis);
      return isClosedByBroker();
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a packet of that type comes next, in place of the end of the connection. */
  public boolean isAnswered(int type) {
    try {
      return receive().type() == type;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof SocketTimeoutException) {
        throw e;
      }
      return false;
    }
  }

  /** Whether a CONNECT is answered with success. */
  public boolean isAccepted() {
    try {
      RawPacket connack = receive();
      return connack.type() == 2 && connack.at(1) == 0;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof SocketTimeoutException) {
        throw e;
      }
      return false;
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
