package io.nanomq.persistence.journal;

import io.nanomq.packet.Connect;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Will;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.RecoveredState;
import io.nanomq.persistence.SessionRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What a store knows as text, the same for what was recovered as for what it should be. */
final class StoreText {
  private StoreText() {}

  /**
   * @param read gives what stands in the store for a session, by its number
   */
  static String of(RecoveredState state, LongFunction<List<RecoveredSession.Message>> read) {
    StringBuilder text = new StringBuilder();
    var sessions = new TreeMap<Long, String>();
    state
        .sessions()
        .forEach(
            session -> {
              List<String> messages = new ArrayList<>();
              read.apply(session.number()).forEach(m -> messages.add(of(m)));
              var subscriptions = new TreeSet<String>();
              session.subscriptions().forEach(s -> subscriptions.add(s.toString()));
              int[] unreleased = session.unreleased().clone();
              Arrays.sort(unreleased);
              sessions.put(
                  session.number(),
                  session(
                          session.record(),
                          session.leftAtWallMillis(),
                          session.ending(),
                          session.lastSequence())
                      + subscriptions
                      + messages
                      + Arrays.toString(unreleased));
            });
    sessions.forEach((number, line) -> text.append(number).append(' ').append(line).append('\n'));
    var retained = new TreeMap<String, String>();
    state.retained().forEach(m -> retained.put(m.topic().text(), message(m)));
    text.append(retained).append('\n');
    state
        .undelivered()
        .forEach(
            u ->
                text.append(
                    undelivered(
                        u.number(),
                        u.message(),
                        u.toSubscribers(),
                        u.groups(),
                        new TreeSet<>(Arrays.stream(u.had()).boxed().toList()))));
    return text.append(marks(state.lastSession(), state.lastMessage(), state.lastVersion()))
        .toString();
  }

  /** What a process is to find that begins now. */
  static String of(StoreModel model) {
    StringBuilder text = new StringBuilder();
    model.sessions.forEach(
        (number, session) -> {
          List<String> messages = new ArrayList<>();
          session.deliveries.forEach((sequence, d) -> messages.add(of(sequence, d)));
          var subscriptions = new TreeSet<String>();
          session.subscriptions.values().forEach(s -> subscriptions.add(s.toString()));
          text.append(number)
              .append(' ')
              .append(session(session.record, session.left, session.ending, session.lastSequence))
              .append(subscriptions)
              .append(messages)
              .append(session.received)
              .append('\n');
        });
    var retained = new TreeMap<String, String>();
    model.retained.forEach((topic, message) -> retained.put(topic, message(message)));
    text.append(retained).append('\n');
    model.messages.forEach(
        (number, m) -> {
          if (m.isPending()) {
            boolean again = m.again || m.targets != 0;
            text.append(undelivered(number, m.message, again, m.groups, m.had));
          }
        });
    return text.append(marks(model.lastSession, model.lastMessage, model.lastVersion)).toString();
  }

  private static String session(SessionRecord record, long left, boolean ending, long sequence) {
    return connect(record.connect())
        + " for "
        + record.expirySeconds()
        + " every "
        + record.keepAliveSeconds()
        + record.owner()
        + " left "
        + left
        + (ending ? " ending " : "")
        + " up to "
        + sequence;
  }

  static String connect(Connect connect) {
    Will will = connect.will();
    return connect.withoutWill().toString()
        + (will == null
            ? ""
            : " will "
                + message(will.toMessage(0))
                + " "
                + will.delaySeconds()
                + " "
                + will.expirySeconds());
  }

  static String message(PublishMessage message) {
    return message.topic().text()
        + "="
        + Arrays.hashCode(message.payload())
        + "/"
        + message.payload().length
        + Arrays.toString(message.properties())
        + message.qos()
        + message.retain()
        + message.expiresAtMillis()
        + message.publisher();
  }

  static String of(RecoveredSession.Message m) {
    return delivery(m.sequence(), m.number(), m.message(), m.delivery(), m.packetId(), m.taken());
  }

  static String of(long sequence, StoreModel.OneDelivery d) {
    return delivery(sequence, d.number, d.message, d.options, d.packetId, d.taken);
  }

  private static String delivery(
      long sequence,
      long number,
      @Nullable PublishMessage message,
      DeliveryOptions options,
      int packetId,
      boolean taken) {
    return "#"
        + sequence
        + " of "
        + number
        + " "
        + (message == null ? "PUBREL" : message(message))
        + " "
        + options.qos()
        + options.retain()
        + Arrays.toString(options.identifiers())
        + group(options.group())
        + " id "
        + packetId
        + taken;
  }

  private static String undelivered(
      long number, PublishMessage message, boolean again, List<GroupName> groups, Object had) {
    List<String> to = new TreeSet<>(groups).stream().map(StoreText::group).toList();
    return "undelivered " + number + " " + message(message) + again + to + had + "\n";
  }

  private static @Nullable String group(@Nullable GroupName group) {
    return group == null ? null : GroupName.of(group.high(), group.low()).toString();
  }

  private static String marks(long session, long message, long version) {
    return "last " + session + " " + message + " " + version;
  }
}
