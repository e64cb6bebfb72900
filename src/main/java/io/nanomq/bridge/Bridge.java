package io.nanomq.bridge;

import io.nanomq.bridge.queue.BridgeRecords;
import io.nanomq.codec.OutgoingPublish;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.router.Recipient;
import io.nanomq.router.SharedGroup;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One bridge to another broker: a recipient of the topic tree here, and a client there, of one
 * connection or some. It lives on one loop, with its sockets.
 */
@LoopConfined
final class Bridge extends Recipient {
  private static final Logger LOG = Logger.getLogger(Bridge.class);

  /** Whatever the document says: each is a socket here and a session there. */
  private static final int MAX_CONNECTIONS = 64;

  private final BridgeContext context;
  private final LoopContext loop;
  private final BridgeRecords records;
  private final BridgeFigures figures = new BridgeFigures();
  private final Forwards forwards;
  private final BridgeHealth health;
  private final QueueRoom room;
  // What is beyond those in use has to send what it has, and then goes.
  private final List<BridgeConnection> connections = new ArrayList<>();
  private int inUse = 1;
  private BridgeConf conf;
  private @Nullable String lastError;
  private volatile @Nullable BridgeStatus latest;
  private volatile boolean online;
  private volatile boolean full;

  /**
   * @param left what an earlier process had of it; null = nothing
   */
  Bridge(BridgeConf conf, BridgeContext context, @Nullable RecoveredSession left) {
    this.conf = conf;
    this.context = context;
    this.loop = context.loop();
    this.records = new BridgeRecords(context.store(), context.numbers(), conf.name(), left);
    this.health = new BridgeHealth(loop, figures, this::tellState, this::beat);
    this.forwards = new Forwards(this, context.tree());
    this.room = new QueueRoom(QueueRoom.Bounds.of(conf.habits()), this::roomChanged);
    resize();
    if (left != null) {
      restore(left);
    }
  }

  /** What waits comes before what is forwarded from now on. */
  private void restore(RecoveredSession left) {
    connections.get(0).inbox().restore(left.unreleased());
    int count = 0;
    for (RecoveredSession.Message message : left.messages()) {
      of(message).restore(message);
      count++;
    }
    LOG.infof("Bridge %s: %d messages of an earlier process wait", conf.name(), count);
    dropUnused();
    roomChanged();
  }

  /** By whose packet identifier it was sent, or else where its topic belongs. */
  private BridgeConnection of(RecoveredSession.Message left) {
    int number = BridgeRecords.connection(left);
    if (BridgeRecords.packetId(left) != 0 && number < MAX_CONNECTIONS) {
      grow(number + 1);
      return connections.get(number);
    }
    PublishMessage message = left.message();
    return message == null ? connections.get(0) : connection(message.topic());
  }

  /** Takes messages from now on, whether it is connected or not. */
  void subscribe() {
    List<String> refused = forwards.apply(conf.enable() ? conf.forwards() : List.of());
    if (!refused.isEmpty()) {
      trouble("no room for the filters " + refused);
    }
  }

  private long backoffMax() {
    return conf.habits().backoffMaxMillis();
  }

  /** Once a second. */
  private void beat() {
    dropUnused();
    connections.forEach(BridgeConnection::beat);
    note();
  }

  private void note() {
    latest = status();
  }

  /** What it was at a moment ago; from any thread. Null = it has not begun. */
  @Nullable BridgeStatus latest() {
    return latest;
  }

  private void tellState(boolean up) {
    String error = lastError;
    context.events().bridged(conf.name(), up, error == null ? "" : error);
  }

  BridgeFigures figures() {
    return figures;
  }

  @Nullable String lastError() {
    return lastError;
  }

  /** What a connection is called there: two of one name would end each other. */
  String clientId(int number) {
    String asked = conf.client().clientId();
    String first = asked.isEmpty() ? records.clientId() : asked;
    return number == 0 ? first : first + "-" + (number + 1);
  }

  // ---- configuration

  /** Puts a configuration in force; what waits stays. */
  void apply(BridgeConf next) {
    conf = next;
    room.bounds(QueueRoom.Bounds.of(next.habits()));
    resize();
    roomChanged();
    subscribe();
    if (next.enable()) {
      health.down(backoffMax());
    } else {
      health.off();
    }
    for (BridgeConnection connection : List.copyOf(connections)) {
      connection.apply(next);
    }
    changed();
  }

  private void resize() {
    inUse = Math.min(MAX_CONNECTIONS, conf.habits().parallel());
    grow(inUse);
    dropUnused();
  }

  private void grow(int count) {
    while (connections.size() < count) {
      int number = connections.size();
      connections.add(new BridgeConnection(this, conf, context, number, room, records));
    }
  }

  /** Connections of a time when there were to be more of them. */
  private void dropUnused() {
    for (int i = connections.size() - 1; i >= inUse; i--) {
      if (!connections.get(i).outbox().isEmpty()) {
        break;
      }
      connections.remove(i).close();
    }
    room.boxes(connections.stream().map(BridgeConnection::outbox).toList());
  }

  /** The process is about to end: what comes waits. */
  void disconnect() {
    connections.forEach(BridgeConnection::disconnect);
    online = false;
    health.close();
  }

  /** Ends it: nothing of it is left. */
  void remove() {
    records.end();
    stop();
  }

  /** Ends it with the process: what waits is left to the next one, where the store lasts. */
  void stop() {
    records.leave();
    leave();
    forwards.apply(List.of());
    full(false);
    connections.forEach(BridgeConnection::close);
    online = false;
    health.close();
  }

  // ---- its connections

  /** Something that costs no connection. */
  void trouble(String what) {
    lastError = what;
    LOG.warnf("Bridge %s: %s", conf.name(), what);
  }

  /** One of them has no connection any more, or got none. */
  void lost(String why) {
    lastError = why;
    health.down(backoffMax());
    changed();
  }

  /** One of them is at something else. */
  void changed() {
    boolean any = false;
    boolean all = true;
    for (int i = 0; i < inUse; i++) {
      boolean isOnline = connections.get(i).isOnline();
      any |= isOnline;
      all &= isOnline;
    }
    online = any;
    if (all) {
      health.up();
    }
    note();
  }

  private BridgeConnection connection(TopicName topic) {
    if (inUse == 1) {
      return connections.get(0);
    }
    // The upper bits of a product depend on all bits of the hash.
    int mixed = topic.hashCode() * 0x9E37_79B9 >>> 16;
    return connections.get(mixed % inUse);
  }

  // ---- a recipient

  @Override
  public int loopIndex() {
    return loop.index();
  }

  @Override
  public boolean isDurable() {
    return records.isLasting();
  }

  @Override
  public long storedNumber() {
    return records.number();
  }

  @Override
  public boolean isOnline() {
    return online;
  }

  @Override
  public boolean isFull() {
    return full;
  }

  /** Looked at by other loops: a publisher is told before its message comes here. */
  private void roomChanged() {
    full(room.isFull() && !room.dropsOldest());
  }

  private void full(boolean now) {
    if (full != now) {
      full = now;
      context.publisher().fanOut().addFull(now ? 1 : -1);
    }
  }

  @Override
  public @Nullable DropReason deliver(
      OutgoingPublish message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      @Nullable SharedGroup group) {
    Outbox outbox = connection(message.topic()).outbox();
    DropReason reason = forwards.deliver(message, qos, retain, identifiers, outbox);
    roomChanged();
    return reason;
  }

  @Override
  public void dropped(DropReason reason, OutgoingPublish message) {
    loop.counters().drop(reason);
  }

  @Override
  public void failed(Throwable failure) {
    LOG.errorf(failure, "Bridge %s: a message could not be delivered", conf.name());
    connections.forEach(connection -> connection.failed(failure));
  }

  /** What it is at now; on its loop. */
  BridgeStatus status() {
    BridgeFigures f = figures;
    BridgeConnection shown = worst();
    return new BridgeStatus(
        conf,
        shown.state(),
        shown.server(),
        lastError,
        room.queued(),
        room.queuedBytes(),
        room.inflight(),
        health.downSeconds(),
        new BridgeStatus.Counts(
            f.sent,
            f.sentBytes,
            f.received,
            f.receivedBytes,
            f.reconnects,
            f.dropped,
            f.refused,
            f.looped,
            f.receivedDropped),
        health.rates());
  }

  /** The first one without a connection, else the first one. */
  private BridgeConnection worst() {
    for (int i = 0; i < inUse; i++) {
      if (!connections.get(i).isOnline()) {
        return connections.get(i);
      }
    }
    return connections.get(0);
  }
}
