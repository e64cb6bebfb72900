package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.ForgetfulStore;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.journal.StoreModel;
import io.nanomq.persistence.journal.StoreModel.OneSession;
import io.nanomq.router.NaiveMatcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a store has kept through a crash, held against what clients were told before. */
final class CrashCheck {
  static final String GROUP = "$share/g/t/#";

  /** A client with its session, as far as it knows. */
  static final class Client {
    final String id;
    final int loop;
    final boolean durable;
    Session session;
    // By which the store knows the session.
    long number;
    @Nullable RecordingWriter socket;
    int read;
    int checked;
    boolean ended;
    // Filters with the step of their SUBACK.
    final Map<String, Integer> granted = new HashMap<>();
    // What dies with its session: the QoS 2 messages that were ever sent, which nobody else may
    // have.
    final Set<String> own = new HashSet<>();
    // What it has read.
    final Set<String> settled = new HashSet<>();

    Client(String id, int loop, boolean durable) {
      this.id = id;
      this.loop = loop;
      this.durable = durable;
    }
  }

  /** A message that was published, by its payload. */
  static final class Published {
    final Client publisher;
    final String topic;
    final int at;
    final int qos;
    final boolean retain;
    boolean acknowledged;
    long received;
    int packetId;

    Published(Client publisher, String topic, int at, int qos, boolean retain) {
      this.publisher = publisher;
      this.topic = topic;
      this.at = at;
      this.qos = qos;
      this.retain = retain;
    }
  }

  private final List<Client> clients;
  private final TreeMap<Integer, Published> messages;
  private final StoreModel left = new StoreModel();
  // By session, in the order of the store; those of groups are not among them.
  private final Map<Long, List<String>> queued = new HashMap<>();

  CrashCheck(List<Client> clients, TreeMap<Integer, Published> messages) {
    this.clients = clients;
    this.messages = messages;
  }

  private static String payload(PublishMessage message) {
    return new String(message.payload(), StandardCharsets.UTF_8);
  }

  /** A call that the store has kept. */
  void keep(ForgetfulStore.Call call) {
    Object[] told = call.arguments();
    if (call.name().equals("queued")) {
      keepQueued(
          (long) told[0], (long) told[2], (PublishMessage) told[3], (DeliveryOptions) told[4]);
    }
    call.tell(left.told(call.loop(), 0));
  }

  private void keepQueued(long session, long number, PublishMessage message, DeliveryOptions how) {
    assertThat(number == 0 || left.isNeeded(number))
        .as("the store has %s still when it is queued", payload(message))
        .isTrue();
    if (how.group() == null) {
      queued.computeIfAbsent(session, s -> new ArrayList<>()).add(payload(message));
    }
  }

  /** All were given. */
  void check() {
    messages.forEach(
        (number, one) -> {
          boolean known = one.received != 0 && isReceived(one);
          if (one.acknowledged || known) {
            checkSubscribers("m" + number, one);
            checkGroup("m" + number, one);
          }
          if (one.acknowledged && one.received != 0 && isThere(one.received)) {
            assertThat(known).as("PUBREC of m%s was sent", number).isTrue();
          }
        });
    queued.values().forEach(this::checkOrder);
    checkRetained();
  }

  private boolean isThere(long session) {
    return left.sessions.containsKey(session);
  }

  private boolean isReceived(Published one) {
    OneSession session = left.sessions.get(one.received);
    return session != null && session.received.contains(one.packetId);
  }

  private void checkSubscribers(String payload, Published one) {
    for (Client client : clients) {
      boolean subscribed =
          client.granted.entrySet().stream()
              .anyMatch(
                  granted ->
                      !granted.getKey().equals(GROUP)
                          && granted.getValue() < one.at
                          && NaiveMatcher.matches(granted.getKey(), one.topic));
      if (client.durable && !client.ended && subscribed) {
        boolean got = queued.getOrDefault(client.number, List.of()).contains(payload);
        assertThat(got || isToBeHandedOver(payload, client.loop))
            .as("%s for %s", payload, client.id)
            .isTrue();
        assertThat(!got || isKept(client, payload) || client.settled.contains(payload))
            .as("%s is settled for %s by its client", payload, client.id)
            .isTrue();
      }
    }
  }

  private boolean isKept(Client client, String payload) {
    OneSession session = left.sessions.get(client.number);
    return session != null
        && session.deliveries.values().stream()
            .anyMatch(one -> one.message != null && payload(one.message).equals(payload));
  }

  private boolean isToBeHandedOver(String payload, int loop) {
    return left.messages.values().stream()
        .anyMatch(m -> payload(m.message).equals(payload) && (m.targets & 1L << loop) != 0);
  }

  /** Where a member lasts, the message waits with one, or is with one that has it. */
  private void checkGroup(String payload, Published one) {
    List<Client> members =
        clients.stream()
            .filter(c -> c.granted.getOrDefault(GROUP, Integer.MAX_VALUE) < one.at)
            .toList();
    if (members.stream().noneMatch(c -> c.durable && !c.ended)) {
      return;
    }
    boolean pending =
        left.messages.values().stream()
            .anyMatch(
                m -> payload(m.message).equals(payload) && m.groups.contains(GroupName.of(GROUP)));
    boolean kept = clients.stream().anyMatch(c -> c.durable && isKept(c, payload));
    boolean got = clients.stream().anyMatch(c -> isWith(c, payload));
    assertThat(pending || kept || got).as("%s for the group", payload).isTrue();
  }

  /** Its client has read it, or it went with a session that is no more or does not last. */
  private static boolean isWith(Client client, String payload) {
    return client.settled.contains(payload)
        || (client.ended || !client.durable) && client.own.contains(payload);
  }

  /** Each once, and those of one publisher in the order in which it sent them. */
  private void checkOrder(List<String> all) {
    Map<Client, Integer> last = new HashMap<>();
    for (String payload : all) {
      int number = Integer.parseInt(payload.substring(1));
      Integer before = last.put(messages.get(number).publisher, number);
      assertThat(before == null || before < number).as("order of %s", all).isTrue();
    }
  }

  private void checkRetained() {
    Map<String, Integer> acknowledged = new HashMap<>();
    messages.forEach(
        (number, one) -> {
          if (one.retain && one.acknowledged) {
            acknowledged.put(one.topic, number);
          }
        });
    acknowledged.forEach(
        (topic, number) -> {
          String kept = payload(left.retained.get(topic));
          assertThat(Integer.parseInt(kept.substring(1))).isGreaterThanOrEqualTo(number);
        });
  }
}
