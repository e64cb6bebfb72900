package io.nanomq.event;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nanomq.config.model.EventsConf;
import io.nanomq.event.BrokerEvent.Kind;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Publishes under {@code $SYS/brokers/}: figures of the broker at an interval, and who comes and
 * goes. All are ordinary messages of QoS 0 that are not retained; while nobody subscribes below
 * {@code $SYS} none is made. Whoever subscribes there gets the figures within a second.
 *
 * <p>Shared: clients are told of on their loops; what concerns the figures is touched by one loop
 * only, but for {@link #asked}.
 */
public final class SysTopics implements BrokerEvents.Listener {
  /** First level of the broker's own topics. */
  public static final String ROOT = "$SYS";

  private static final Logger LOG = Logger.getLogger(SysTopics.class);
  private static final String BELOW_ROOT = ROOT + "/";
  private static final String BROKERS = BELOW_ROOT + "brokers/";
  private static final TopicName CONNECTED = TopicName.of(BROKERS + "connected");
  private static final TopicName DISCONNECTED = TopicName.of(BROKERS + "disconnected");
  private static final String CLIENT_STATUS = BROKERS + "client_status/";
  private static final long BEAT_MILLIS = 1_000;
  private static final byte[] NO_PROPERTIES = {};

  private final LoopContext loop;
  private final Supplier<EventsConf> conf;
  private final String machine;
  private final BooleanSupplier anybody;
  private final Supplier<CompletionStage<SysFigures>> figures;
  private final LoopPublisher publisher;
  private volatile boolean asked;
  private long publishedAt;
  private final Timeout beat =
      Timeout.of(
          () -> {
            look();
            start();
          });

  /** Publishes on a loop, called there. */
  public interface LoopPublisher {
    void publish(int loopIndex, PublishMessage message);
  }

  /**
   * @param loop the one that publishes the figures
   * @param machine stands for the broker in topics where none is configured
   * @param anybody whether there are subscribers below {@code $SYS}
   * @param figures of this moment; completed by any thread
   */
  public SysTopics(
      LoopContext loop,
      Supplier<EventsConf> conf,
      String machine,
      BooleanSupplier anybody,
      Supplier<CompletionStage<SysFigures>> figures,
      LoopPublisher publisher) {
    this.loop = loop;
    this.conf = conf;
    this.machine = machine;
    this.anybody = anybody;
    this.figures = figures;
    this.publisher = publisher;
    this.publishedAt = loop.nowMillis();
  }

  /** Lets the figures be published; on the loop. */
  public void start() {
    loop.timer().arm(beat, loop.nowMillis() + BEAT_MILLIS);
  }

  // ---- figures

  private void look() {
    long interval = conf.get().sysIntervalMillis();
    boolean due = asked || loop.nowMillis() - publishedAt >= interval;
    if (interval > 0 && due && anybody.getAsBoolean()) {
      asked = false;
      publishedAt = loop.nowMillis();
      figures
          .get()
          .thenAcceptAsync(this::publish, loop.eventLoop())
          .exceptionally(
              failure -> {
                LOG.error("No figures of the broker", failure);
                return null;
              });
    }
  }

  private void publish(SysFigures now) {
    String node = conf.get().node();
    String prefix = BROKERS + NodeName.inTopic(node.isEmpty() ? machine : node) + "/";
    now.topics()
        .forEach((topic, text) -> publish(loop.index(), TopicName.of(prefix + topic), text));
  }

  // ---- clients

  @Override
  public boolean wants(Kind kind) {
    return switch (kind) {
      case CONNECTED, DISCONNECTED -> conf.get().clientTopics() && anybody.getAsBoolean();
      case SUBSCRIBED -> conf.get().sysIntervalMillis() > 0;
      default -> false;
    };
  }

  @Override
  public void happened(int loopIndex, BrokerEvent event) {
    if (event instanceof BrokerEvent.Connected connected) {
      publish(loopIndex, CONNECTED, connected(object(), connected).toString());
      ObjectNode online = connected(object().put("status", "online"), connected);
      publishStatus(loopIndex, connected.client(), online);
    } else if (event instanceof BrokerEvent.Disconnected gone) {
      publish(loopIndex, DISCONNECTED, disconnected(object(), gone).toString());
      ObjectNode offline = disconnected(object().put("status", "offline"), gone);
      publishStatus(loopIndex, gone.client(), offline);
    } else if (event instanceof BrokerEvent.Subscribed subscribed) {
      // Shared subscriptions among them: $share/group/$SYS/...
      if (subscribed.filter().contains(BELOW_ROOT)) {
        asked = true;
      }
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  // Members, types and order are the reference's, the name of who gave none included.
  private static ObjectNode connected(ObjectNode json, BrokerEvent.Connected event) {
    return json.put("username", username(event.client()))
        .put("ts", event.atMillis())
        .put("proto_name", event.version() == 3 ? "MQIsdp" : "MQTT")
        .put("keepalive", event.keepAliveSeconds())
        .put("return_code", "0")
        .put("proto_ver", event.version())
        .put("client_id", event.clientId())
        .put("clean_start", event.cleanStart() ? 1 : 0);
  }

  private static ObjectNode disconnected(ObjectNode json, BrokerEvent.Disconnected event) {
    return json.put("username", username(event.client()))
        .put("ts", event.atMillis())
        .put("reason_code", Integer.toHexString(event.reasonCode()))
        .put("client_id", event.clientId());
  }

  private static String username(BrokerEvent.Client client) {
    String name = client.username();
    return name == null ? "(null)" : name;
  }

  private void publishStatus(int loopIndex, BrokerEvent.Client client, ObjectNode json) {
    TopicName topic = TopicName.of(CLIENT_STATUS + NodeName.inTopic(client.clientId()));
    publish(loopIndex, topic, json.put("IPv4", client.address()).toString());
  }

  private void publish(int loopIndex, TopicName topic, String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    publisher.publish(
        loopIndex,
        new PublishMessage(topic, payload, NO_PROPERTIES, 0, false, PublishMessage.NEVER));
  }
}
