package io.nanomq.config.model;

import io.nanomq.config.model.tls.TlsConf;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One bridge to another broker.
 *
 * @param name unique among the bridges
 * @param enable whether it runs
 * @param servers addresses of the other broker, the first one first
 * @param client how it connects
 * @param habits queues and timing
 * @param socket TLS, options of TCP, and a proxy
 * @param forwards what goes there
 * @param subscriptions what comes from there
 * @param connectProperties MQTT 5 properties of CONNECT, by their name in the file
 * @param subscribeProperties MQTT 5 properties of SUBSCRIBE
 * @param will its will; null where it has none
 */
public record BridgeConf(
    String name,
    boolean enable,
    List<String> servers,
    Client client,
    Habits habits,
    Socket socket,
    List<Topic> forwards,
    List<Topic> subscriptions,
    Properties connectProperties,
    Properties subscribeProperties,
    @Nullable Will will) {

  public BridgeConf {
    servers = List.copyOf(servers);
    forwards = List.copyOf(forwards);
    subscriptions = List.copyOf(subscriptions);
  }

  /** Whether sockets are encrypted though their addresses do not say so. */
  public boolean encrypts() {
    return socket.encrypts();
  }

  /** Keys and certificates. */
  public TlsConf tls() {
    return socket.tls();
  }

  /**
   * How an MQTT client connects.
   *
   * @param protoVer 3, 4 (3.1.1) or 5
   * @param clientId empty = a random one
   * @param keepAliveSeconds 0 = none
   * @param cleanStart whether sessions start anew
   * @param username empty where unset
   * @param password empty where unset
   */
  public record Client(
      int protoVer,
      String clientId,
      int keepAliveSeconds,
      boolean cleanStart,
      String username,
      String password) {

    /** Without the password, since records end up in logs. */
    @Override
    public String toString() {
      return "MQTT " + protoVer + " " + clientId;
    }
  }

  /**
   * Queues and timing.
   *
   * @param sendQueue messages that may wait to be sent
   * @param sendQueueBytes bytes that they may cost
   * @param dropsOldest whether the oldest goes where there is no room; else the new one is refused
   * @param backoffMinMillis shortest wait between attempts to connect
   * @param backoffMaxMillis longest wait between attempts to connect
   * @param keepQos0 QoS 0 messages are kept while disconnected
   * @param parallel connections that share what goes to the other broker
   * @param ackMillis how long an acknowledgement may take; 0 = for ever
   * @param receiveMaximum messages of QoS 1 and 2 that may be on their way here; 0 = not said
   * @param transparent whether what clients here subscribe to is subscribed to there
   */
  public record Habits(
      int sendQueue,
      long sendQueueBytes,
      boolean dropsOldest,
      long backoffMinMillis,
      long backoffMaxMillis,
      boolean keepQos0,
      int parallel,
      long ackMillis,
      int receiveMaximum,
      boolean transparent) {}

  /**
   * A filter that is forwarded or subscribed.
   *
   * @param remote topic there; empty = the same as here
   * @param local topic here; empty = the same as there
   * @param prefix put in front of the topic
   * @param suffix put behind the topic
   * @param qos highest QoS; -1 = as it came
   * @param retain 0 or 1; -1 = as it came
   * @param options MQTT 5 subscription options: bits of the option byte without its QoS
   */
  public record Topic(
      String remote, String local, String prefix, String suffix, int qos, int retain, int options) {

    /** One that changes nothing else. */
    public Topic(String remote, String local, int qos) {
      this(remote, local, "", "", qos, -1, 0);
    }
  }

  /**
   * MQTT 5 properties.
   *
   * @param numbers by their name in the file
   * @param texts by their name in the file
   * @param user user properties
   */
  public record Properties(
      Map<String, Long> numbers, Map<String, String> texts, Map<String, String> user) {
    public Properties {
      numbers = Map.copyOf(numbers);
      texts = Map.copyOf(texts);
      user = Map.copyOf(user);
    }
  }

  /**
   * The bridge's will.
   *
   * @param topic where it is published
   * @param qos 0 to 2
   * @param retain whether it is retained
   * @param payload its payload, UTF-8
   * @param properties MQTT 5 properties, by their name in the file
   */
  public record Will(
      String topic, int qos, boolean retain, String payload, Properties properties) {}

  /**
   * The socket of a bridge.
   *
   * @param encrypts whether it is encrypted though its address does not say so
   * @param tls keys and certificates
   * @param tcp options of TCP
   * @param proxy what it goes through; null = nothing
   */
  public record Socket(boolean encrypts, TlsConf tls, Tcp tcp, @Nullable Proxy proxy) {

    /** One without options, to whom the JDK's authorities know. */
    public static Socket plain() {
      return new Socket(false, new TlsConf("", "", "", "", true, false), Tcp.USUAL, null);
    }
  }

  /**
   * Options of TCP; 0 = what the system has.
   *
   * @param noDelay whether small packets are sent at once
   * @param quickAck whether what comes is acknowledged at once; null = as the system decides
   * @param keepAlive whether the system asks whether the other side is there
   * @param idleSeconds without a packet before it asks
   * @param intervalSeconds between its questions
   * @param probes questions without an answer that end the connection
   * @param sendMillis how long the other broker may take nothing of what waits; 0 = for ever
   * @param receiveMillis how long nothing may come from it; 0 = what its keep alive allows
   */
  public record Tcp(
      boolean noDelay,
      @Nullable Boolean quickAck,
      boolean keepAlive,
      int idleSeconds,
      int intervalSeconds,
      int probes,
      long sendMillis,
      long receiveMillis) {
    static final Tcp USUAL = new Tcp(true, null, true, 0, 0, 0, 0, 0);
  }

  /** How one speaks to a proxy. */
  public enum ProxyType {
    HTTP,
    SOCKS5
  }

  /**
   * A proxy on the way.
   *
   * @param host name or address
   * @param port 1 to 65,535
   * @param username empty = it asks for none
   * @param password empty where unset
   */
  public record Proxy(ProxyType type, String host, int port, String username, String password) {

    /** Without the password, since records end up in logs. */
    @Override
    public String toString() {
      return type + " " + host + ":" + port;
    }
  }
}
