package io.nanomq.config.model;

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
 * @param encrypts whether sockets are encrypted though their addresses do not say so
 * @param tls keys and certificates
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
    boolean encrypts,
    TlsConf tls,
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
   */
  public record Habits(
      int sendQueue,
      long sendQueueBytes,
      boolean dropsOldest,
      long backoffMinMillis,
      long backoffMaxMillis,
      boolean keepQos0,
      int parallel) {}

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
    static final Properties NONE = new Properties(Map.of(), Map.of(), Map.of());

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
}
