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
  private final Clock steady;
  private final FlappingDetector flapping;
  private final Map<String, Own> own = new ConcurrentHashMap<>();
  private volatile Stored stored = NONE;

  /** Those of administrators, by what is looked up at once, and those that need a comparison. */
  private record Stored(List<Ban> all, Map<String, Ban> exact, List<OfNetwork> networks) {}

  private record OfNetwork(Network network, Ban ban) {}

  /**
   * One of the broker's own, which lasts for so long, whatever the time of day is set to.
   *
   * @param untilSeconds by the clock that nobody sets
   */
  private record Own(Ban ban, long untilSeconds) {
    /** As the time of day has it now. */
    Ban at(long nowSeconds, long wallSeconds) {
      long until = wallSeconds + untilSeconds - nowSeconds;
      long since = until - (ban.untilSeconds() - ban.atSeconds());
      return new Ban(ban.kind(), ban.who(), ban.by(), ban.reason(), since, until);
    }
  }

  /**
   * @param clock the time of day
   */
  public BanList(Clock clock) {
    this(clock, new SteadyClock());
  }

  /**
   * @param steady a clock that nobody sets
   */
  BanList(Clock clock, Clock steady) {
    this.clock = clock;
    this.steady = steady;
    this.flapping = new FlappingDetector(steady);
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
    // With none at all a CONNECT is not looked up.
    stored = bans.isEmpty() ? NONE : new Stored(List.copyOf(bans), exact, networks);
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
    Ban ban = ownBan(clientId);
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

  private @Nullable Ban ownBan(String clientId) {
    Own ban = own.get(clientId);
    return ban == null || ban.untilSeconds <= now() ? null : ban.ban;
  }

  private long now() {
    return steady.instant().getEpochSecond();
  }

  private static @Nullable Ban valid(@Nullable Ban ban, long seconds) {
    return ban == null || ban.isOver(seconds) ? null : ban;
  }

  /** All that are in force. */
  public List<Ban> all() {
    long seconds = clock.instant().getEpochSecond();
    List<Ban> all = new ArrayList<>(stored.all);
    long now = now();
    own.values().forEach(ban -> all.add(ban.at(now, seconds)));
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
    long now = now();
    if (own.size() >= MAX_OWN) {
      own.values().removeIf(ban -> ban.untilSeconds <= now);
    }
    if (own.size() >= MAX_OWN) {
      return false;
    }
    String reason = "more than " + conf.maxCount() + " connects in " + conf.windowSeconds() + " s";
    LOG.warnf("Client %s is banned for %d s: %s", clientId, conf.banSeconds(), reason);
    long at = clock.instant().getEpochSecond();
    long until = at + conf.banSeconds();
    Ban ban = new Ban(Ban.Kind.CLIENT_ID, clientId, "flapping_detect", reason, at, until);
    own.put(clientId, new Own(ban, now + conf.banSeconds()));
    return true;
  }
}
