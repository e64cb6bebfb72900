package io.nanomq.bridge;

import io.nanomq.codec.PacketType;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.client.ClientEncoder;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.packet.Subscription;
import io.nanomq.router.TopicTree;
import io.nanomq.router.TopicTree.FilterWatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What clients here subscribe to, subscribed to on the other broker too: the bridge is transparent.
 * One request is on its way at a time.
 */
@LoopConfined
final class LocalFilters {
  /** As {@link RemoteSubscriptions} has the one before it. */
  static final int PACKET_ID = 2;

  private static final int BATCH_FILTERS = 100;
  private static final int BATCH_CHARACTERS = 8 * 1024;

  private final LoopContext loop;
  private final TopicTree tree;
  private @Nullable FilterWatch watch;
  private final Set<String> wanted = new HashSet<>();
  // What differs from what is made there, as far as is known.
  private final LinkedHashSet<String> open = new LinkedHashSet<>();
  // session of the other broker
  private final Set<String> made = new HashSet<>();
  // connection
  private @Nullable RemoteLink link;
  private List<String> asked = List.of();
  private int awaited;

  LocalFilters(LoopContext loop, TopicTree tree) {
    this.loop = loop;
    this.tree = tree;
  }

  /** Begins to follow the subscriptions here, or ends it. */
  void on(boolean now) {
    FilterWatch before = watch;
    if (now && before == null) {
      FilterWatch begun = new FilterWatch(who -> !(who instanceof Bridge), this::changedThere);
      watch = begun;
      tree.watch(begun);
    } else if (!now && before != null) {
      watch = null;
      tree.unwatch(before);
      open.addAll(wanted);
      wanted.clear();
    }
  }

  /** On whatever loop it is; topics of the broker's own are each broker's. */
  private void changedThere(String filter, boolean isThere) {
    if (!filter.startsWith("$")) {
      loop.eventLoop().execute(() -> changed(filter, isThere));
    }
  }

  private void changed(String filter, boolean isThere) {
    if (watch == null) {
      return;
    }
    if (isThere) {
      wanted.add(filter);
    } else {
      wanted.remove(filter);
    }
    open.add(filter);
    ask();
  }

  /**
   * A connection begins.
   *
   * @param sessionPresent whether the other broker knows what was subscribed to
   */
  void attach(RemoteLink socket, boolean sessionPresent) {
    link = socket;
    awaited = 0;
    if (!sessionPresent) {
      made.clear();
    }
    open.clear();
    open.addAll(wanted);
    open.addAll(made);
    ask();
  }

  void detach() {
    link = null;
  }

  private void ask() {
    RemoteLink socket = link;
    if (socket == null || awaited != 0 || open.isEmpty()) {
      return;
    }
    List<String> batch = batch();
    if (batch.isEmpty()) {
      return;
    }
    asked = batch;
    boolean isWanted = wanted.contains(batch.get(0));
    awaited = isWanted ? PacketType.SUBACK : PacketType.UNSUBACK;
    if (isWanted) {
      List<Subscription> all = batch.stream().map(LocalFilters::subscription).toList();
      ClientEncoder.subscribe(
          socket.writer().reserve(0), PACKET_ID, socket.version(), all, 0, new byte[0]);
    } else {
      ClientEncoder.unsubscribe(socket.writer().reserve(0), PACKET_ID, socket.version(), batch);
    }
  }

  private static Subscription subscription(String filter) {
    return new Subscription(filter, 2, true, true, 0, 0);
  }

  /** The next filters of which all are to be subscribed to, or none. */
  private List<String> batch() {
    List<String> batch = new ArrayList<>();
    boolean isWanted = false;
    int characters = 0;
    for (Iterator<String> all = open.iterator();
        all.hasNext() && batch.size() < BATCH_FILTERS && characters < BATCH_CHARACTERS; ) {
      String filter = all.next();
      boolean wants = wanted.contains(filter);
      if (wants == made.contains(filter)) {
        all.remove();
      } else if (batch.isEmpty() || wants == isWanted) {
        isWanted = wants;
        batch.add(filter);
        characters += filter.length();
        all.remove();
      }
    }
    return batch;
  }

  /**
   * SUBACK or UNSUBACK has come.
   *
   * @param trouble is told of each filter that was refused, which is not asked for again
   * @throws ProtocolError 0x82 where nothing of that kind was asked for
   */
  void answered(int packetType, byte[] codes, Consumer<String> trouble) {
    // Before MQTT 5 UNSUBACK has no codes.
    boolean fits = codes.length == asked.size() || packetType == PacketType.UNSUBACK;
    if (awaited != packetType || !fits) {
      throw ProtocolError.protocol("an answer to what was not asked [MQTT-3.8.4-5]");
    }
    awaited = 0;
    if (packetType == PacketType.SUBACK) {
      made.addAll(asked);
      RemoteSubscriptions.refused(asked, codes, trouble);
    } else {
      asked.forEach(made::remove);
    }
    // What has changed meanwhile.
    for (String filter : asked) {
      if (wanted.contains(filter) != made.contains(filter)) {
        open.add(filter);
      }
    }
    ask();
  }
}
