package io.nanomq.persistence.journal;

import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MessageNumber;
import io.nanomq.persistence.SessionStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Calls that loops may make, by chance: a session is told of by one loop, messages come first. */
final class RandomCalls {
  /** Takes what loops tell. */
  interface Telling {
    void accept(int loop, Consumer<SessionStore> call);

    void handOver(int loop);
  }

  private static final GroupName[] GROUPS = {
    GroupName.of("$share/a/x"), GroupName.of("$share/b/x")
  };

  private final Random random;
  private final RandomValues values;
  private final StoreModel now;
  private final int loops;
  private final Telling tell;
  // What other loops may know of.
  private final Set<Long> handed = new HashSet<>();

  /**
   * @param now what was told so far, in the order of the calls
   */
  RandomCalls(Random random, StoreModel now, int loops, Telling tell) {
    this.random = random;
    this.values = new RandomValues(random);
    this.now = now;
    this.loops = loops;
    this.tell = tell;
    handed.addAll(now.messages.keySet());
  }

  private int loopOf(long session) {
    return (int) (session % loops);
  }

  private static <T> T any(Random random, Set<T> of) {
    return new ArrayList<>(of).get(random.nextInt(of.size()));
  }

  void next() {
    if (now.sessions.isEmpty() || random.nextInt(12) == 0) {
      long number = now.lastSession + 1;
      var record = values.session("client" + number);
      tell.accept(loopOf(number), store -> store.sessionKept(number, record));
      return;
    }
    switch (random.nextInt(9)) {
      case 0 -> session();
      case 1 -> subscription();
      case 2, 3 -> publish();
      case 4 -> queue();
      case 5, 6 -> progress();
      case 7 -> progressOfAll();
      default -> retain();
    }
  }

  private void session() {
    long number = any(random, now.sessions.keySet());
    var record = values.session(now.sessions.get(number).record.connect().clientId());
    long expiry = 1 + random.nextInt(1000);
    int id = 1 + random.nextInt(20);
    Consumer<SessionStore> call =
        switch (random.nextInt(10)) {
          case 0 -> store -> store.sessionEnded(number);
          case 1 -> store -> store.sessionEnding(number);
          case 2 -> store -> store.willSettled(number);
          case 3, 4 -> store -> store.sessionLeft(number, expiry);
          case 5, 6 -> store -> store.sessionKept(number, record);
          case 7, 8 -> store -> store.received(number, id);
          default -> store -> store.released(number, id);
        };
    tell.accept(loopOf(number), call);
  }

  private void subscription() {
    long number = any(random, now.sessions.keySet());
    Set<String> filters = now.sessions.get(number).subscriptions.keySet();
    if (filters.size() > 4) {
      String filter = any(random, filters);
      tell.accept(loopOf(number), store -> store.unsubscribed(number, filter));
    } else {
      var subscription = values.subscription();
      tell.accept(loopOf(number), store -> store.subscribed(number, subscription));
    }
  }

  private void publish() {
    int source = random.nextInt(loops);
    long number = MessageNumber.of(source, now.lastMessage + 1);
    PublishMessage message = values.message();
    long targets = random.nextInt(1 << loops);
    GroupName[] groups = random.nextInt(3) > 0 ? new GroupName[0] : GROUPS.clone();
    long of = now.sessions.keySet().stream().filter(s -> loopOf(s) == source).findAny().orElse(0L);
    long session = random.nextBoolean() ? 0 : of;
    int id = 1 + random.nextInt(20);
    tell.accept(source, store -> store.published(number, message, targets, groups, session, id));
    if (random.nextBoolean()) {
      handOver(source);
    }
  }

  private void handOver(int source) {
    tell.handOver(source);
    now.messages.keySet().stream()
        .filter(n -> MessageNumber.loop(n) == source)
        .forEach(handed::add);
  }

  /** One of the messages that are still to be given to somebody, and to whom that may be. */
  private void queue() {
    long session = any(random, now.sessions.keySet());
    int loop = loopOf(session);
    long sequence = now.sessions.get(session).lastSequence + 1;
    DeliveryOptions options = values.delivery();
    List<Long> open = new ArrayList<>();
    for (long number : new TreeSet<>(now.pending())) {
      boolean isHere = handed.contains(number) || MessageNumber.loop(number) == loop;
      var m = now.messages.get(number);
      boolean isFor = m.again || !m.groups.isEmpty() || (m.targets >> loop & 1) == 1;
      if (isHere && isFor) {
        open.add(number);
      }
    }
    if (open.isEmpty() || random.nextInt(6) == 0) {
      PublishMessage own = values.message();
      tell.accept(loop, store -> store.queued(session, sequence, 0, own, options));
      return;
    }
    long number = open.get(random.nextInt(open.size()));
    var one = now.messages.get(number);
    PublishMessage message = one.message;
    tell.accept(loop, store -> store.queued(session, sequence, number, message, options));
    if (random.nextBoolean()) {
      int id = 1 + random.nextInt(65_535);
      tell.accept(loop, store -> store.sent(session, sequence, id));
    }
    if (random.nextInt(3) > 0) {
      settle(loop, number, one);
    }
  }

  private void settle(int loop, long number, StoreModel.OneMessage one) {
    if ((one.targets >> loop & 1) == 1) {
      int source = MessageNumber.loop(number);
      tell.accept(loop, store -> store.handedOver(source, number));
    } else if (!one.groups.isEmpty()) {
      GroupName group = one.groups.get(0);
      tellAll();
      tell.accept(loop, store -> store.handedToGroup(number, group));
    } else if (one.again) {
      tellAll();
      tell.accept(0, store -> store.routedAgain(number));
    }
  }

  /** Whoever has queued the message has told it before somebody says that nobody else gets it. */
  private void tellAll() {
    for (int i = 0; i < loops; i++) {
      handOver(i);
    }
  }

  private void progress() {
    long session = any(random, now.sessions.keySet());
    var deliveries = now.sessions.get(session).deliveries;
    if (deliveries.isEmpty()) {
      return;
    }
    long sequence = any(random, deliveries.keySet());
    var delivery = deliveries.get(sequence);
    int id = 1 + random.nextInt(65_535);
    Consumer<SessionStore> call;
    if (delivery.packetId == 0 && random.nextInt(3) > 0) {
      call = store -> store.sent(session, sequence, id);
    } else if (delivery.packetId != 0 && !delivery.taken && random.nextInt(3) == 0) {
      call = store -> store.taken(session, sequence);
    } else {
      call = store -> store.settled(session, sequence);
    }
    tell.accept(loopOf(session), call);
  }

  /** What a client takes in order, some at once; others may have told in between. */
  private void progressOfAll() {
    long session = any(random, now.sessions.keySet());
    for (int i = random.nextInt(4); i > 0; i--) {
      long next = now.sessions.get(session).lastSequence + 1;
      PublishMessage own = values.message();
      DeliveryOptions options = values.delivery();
      tell.accept(loopOf(session), store -> store.queued(session, next, 0, own, options));
    }
    List<Long> all = new ArrayList<>(now.sessions.get(session).deliveries.keySet());
    int id = 1 + random.nextInt(65_000);
    for (int step = random.nextInt(3); step < 3; step++) {
      int from = random.nextInt(all.size() + 1);
      int to = from + random.nextInt(all.size() + 1 - from);
      for (int i = from; i < to; i++) {
        progress(step, session, all.get(i), id + i);
      }
    }
  }

  private void progress(int step, long session, long sequence, int id) {
    var delivery = now.sessions.get(session).deliveries.get(sequence);
    if (delivery == null) {
      return;
    }
    if (step == 0 && delivery.packetId == 0) {
      tell.accept(loopOf(session), store -> store.sent(session, sequence, id));
    } else if (step == 1 && delivery.packetId != 0 && !delivery.taken) {
      tell.accept(loopOf(session), store -> store.taken(session, sequence));
    } else if (step == 2) {
      tell.accept(loopOf(session), store -> store.settled(session, sequence));
    }
  }

  private void retain() {
    int loop = random.nextInt(loops);
    long version = now.lastVersion + 1;
    String topic = "r" + random.nextInt(6);
    if (random.nextInt(3) == 0) {
      tell.accept(loop, store -> store.unretained(topic, version));
    } else {
      PublishMessage message = values.message(topic);
      tell.accept(loop, store -> store.retained(message, version));
    }
  }
}
