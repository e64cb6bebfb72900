package io.nanomq.limit;

import io.nanomq.config.key.value.Network;
import io.nanomq.config.model.MqttConf.Flapping;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Who is not let in: those that administrators name, and clients that come again and again.
 *
 * <p>Shared: one reference to maps that do not change, and a concurrent map.
 */
public final class BanList {
  /** Bans that administrators may set. */
  public static final int MAX = 10_000;

  /** Networks among these: each CONNECT is held against all. */
  public static final int MAX_NETWORKS = 1_000;

  /** Bans that the broker sets itself; where there are more, the flapping client is let in. */
  static final int MAX_OWN = 10_000;

  private static final Logger LOG = Logger.getLogger(BanList.class);

  private static final Stored NONE = new Stored(List.of(), Map.of(), List.of());

  private final Clock clock;
  private final FlappingDetector flapping;
  private final Map<String, Ban> own = new ConcurrentHashMap<>();
  private volatile Stored stored = NONE;

  /** Those of administrators, by what is looked up at once, and those that need a comparison. */
  private record Stored(List<Ban> all, Map<String, Ban> exact, List<OfNetwork> networks) {}

  private record OfNetwork(Network network, Ban ban) {}

  public BanList(Clock clock) {
    this.clock = clock;
    this.flapping = new FlappingDetector(clock);
  }

  /** Puts other bans of administrators in force. */
  public void replace(List<Ban> bans) {
    Map<String, Ban> exact = new HashMap<>();
    List<OfNetwork> networks = new ArrayList<>();
    for (Ban ban : bans) {
      if (ban.kind() == Ban.Kind.ADDRESS && ban.who().indexOf('/') >= 0) {
        Network.parse(ban.who()).ifPresent(net -> networks.add(new OfNetwork(net, ban)));
      } else {
        exact.put(key(ban.kind(), ban.who()), ban);
      }
    }
    stored = new Stored(List.copyOf(bans), exact, networks);
  }

  private static String key(Ban.Kind kind, String who) {
    String plain = kind == Ban.Kind.ADDRESS ? Network.plain(who) : who;
    return kind.word() + ' ' + plain;
  }

  /**
   * The ban that somebody is under.
   *
   * @param user null = none
   * @param address of the client, in text
   */
  public @Nullable Ban find(String clientId, @Nullable String user, String address) {
    Stored now = stored;
    if (now == NONE && own.isEmpty()) {
      return null;
    }
    long seconds = clock.instant().getEpochSecond();
    Ban ban = ownBan(clientId, seconds);
    ban = ban != null ? ban : valid(now.exact.get(key(Ban.Kind.CLIENT_ID, clientId)), seconds);
    if (ban == null && user != null) {
      ban = valid(now.exact.get(key(Ban.Kind.USERNAME, user)), seconds);
    }
    ban = ban != null ? ban : valid(now.exact.get(key(Ban.Kind.ADDRESS, address)), seconds);
    return ban != null ? ban : ofNetwork(now, address, seconds);
  }

  private static @Nullable Ban ofNetwork(Stored now, String address, long seconds) {
    for (OfNetwork each : now.networks) {
      if (!each.ban.isOver(seconds) && each.network.contains(address)) {
        return each.ban;
      }
    }
    return null;
  }

  /** Nobody stays banned for as long as the clock was set back. */
  private @Nullable Ban ownBan(String clientId, long seconds) {
    Ban ban = valid(own.get(clientId), seconds);
    return ban == null || seconds < ban.atSeconds() ? null : ban;
  }

  private static @Nullable Ban valid(@Nullable Ban ban, long seconds) {
    return ban == null || ban.isOver(seconds) ? null : ban;
  }

  /** All that are in force. */
  public List<Ban> all() {
    long seconds = clock.instant().getEpochSecond();
    List<Ban> all = new ArrayList<>(stored.all);
    all.addAll(own.values());
    all.removeIf(ban -> ban.isOver(seconds));
    return all;
  }

  /** How many there are, those that have just ended among them. */
  public int size() {
    return stored.all.size() + own.size();
  }

  /** Lifts a ban that the broker has set itself. */
  public boolean lift(Ban.Kind kind, String who) {
    return kind == Ban.Kind.CLIENT_ID && own.remove(who) != null;
  }

  /**
   * A client was let in.
   *
   * @return whether it is banned for having come too often
   */
  public boolean connects(String clientId, Flapping conf) {
    if (conf.maxCount() == 0 || !flapping.connects(clientId, conf)) {
      return false;
    }
    long now = clock.instant().getEpochSecond();
    if (own.size() >= MAX_OWN) {
      own.values().removeIf(ban -> ban.isOver(now));
    }
    if (own.size() >= MAX_OWN) {
      return false;
    }
    String reason = "more than " + conf.maxCount() + " connects in " + conf.windowSeconds() + " s";
    LOG.warnf("Client %s is banned for %d s: %s", clientId, conf.banSeconds(), reason);
    own.put(
        clientId,
        new Ban(
            Ban.Kind.CLIENT_ID, clientId, "flapping_detect", reason, now, now + conf.banSeconds()));
    return true;
  }
}
