package io.nanomq.control.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.Broker;
import io.nanomq.config.key.value.Network;
import io.nanomq.config.store.ConfStore;
import io.nanomq.control.BeforeStart;
import io.nanomq.limit.Ban;
import io.nanomq.limit.BanList;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Bans that administrators have set, in {@value #FILE} beside the configuration. */
@Singleton
public class StoredBans implements BeforeStart {
  static final String FILE = "nanomq_banned.json";

  private final SideDocument<Bans> document;
  private final Clock clock;
  private volatile @Nullable Broker broker;
  private volatile ConfStore.@Nullable Watch watch;

  /** The document. */
  record Bans(List<Entry> banned) {
    Bans {
      banned = banned == null ? List.of() : List.copyOf(banned);
    }
  }

  /** One of them. */
  @JsonPropertyOrder({"as", "who", "by", "reason", "at", "until"})
  record Entry(
      @JsonProperty(value = "as", required = true) String as,
      @JsonProperty(value = "who", required = true) String who,
      @Nullable String by,
      @Nullable String reason,
      long at,
      @Nullable Long until) {

    static Entry of(Ban ban) {
      Long end = ban.untilSeconds() == Ban.FOREVER ? null : ban.untilSeconds();
      return new Entry(ban.kind().word(), ban.who(), ban.by(), ban.reason(), ban.atSeconds(), end);
    }

    Ban ban() {
      Ban.Kind kind =
          Ban.Kind.of(as)
              .orElseThrow(() -> new IllegalArgumentException("nobody is known as " + as));
      long end = until == null ? Ban.FOREVER : until;
      return checked(new Ban(kind, who, text(by), text(reason), at, end));
    }

    private static String text(@Nullable String given) {
      return given == null ? "" : given;
    }
  }

  /** As many are there as there may be. */
  public static final class FullException extends RuntimeException {
    FullException(String message) {
      super(message);
    }
  }

  public StoredBans(SideDocuments documents, Clock clock) {
    this.document =
        new SideDocument<>(documents.of(FILE), new JsonForm<>(Bans.class), new Bans(List.of()));
    this.clock = clock;
  }

  /**
   * The same ban.
   *
   * @throws IllegalArgumentException where nobody can be known as that
   */
  public static Ban checked(Ban ban) {
    boolean isAddress = ban.kind() == Ban.Kind.ADDRESS;
    if (ban.who().isEmpty() || isAddress && Network.parse(ban.who()).isEmpty()) {
      throw new IllegalArgumentException("is no " + ban.kind().word());
    }
    return ban;
  }

  /** Nobody is let in before it is known who is banned: a broken file refuses the start. */
  @Override
  public void prepare(Broker starting) throws IOException {
    try {
      starting.bans().replace(bans(document.read()));
    } catch (IllegalArgumentException e) {
      throw new IOException(document.name() + " is broken: " + e.getMessage(), e);
    }
    broker = starting;
    watch = document.watch(this::put);
  }

  private static List<Ban> bans(Bans stored) {
    return stored.banned.stream().map(Entry::ban).toList();
  }

  private CompletionStage<Void> put(Bans stored) {
    Broker running = broker;
    if (running == null) {
      return CompletableFuture.completedFuture(null);
    }
    running.bans().replace(bans(stored));
    return running.actions().disconnectBanned(running.bans());
  }

  void stop(@Observes ShutdownEvent event) {
    ConfStore.Watch watching = watch;
    if (watching != null) {
      watching.close();
    }
  }

  /**
   * Sets a ban, in place of one of the same, and disconnects who is under it (0x8A).
   *
   * @return done when everybody is disconnected
   * @throws IOException where it cannot be stored; then nobody is banned
   * @throws FullException where there are as many as there may be
   */
  public CompletionStage<Void> add(Ban ban) throws IOException {
    return put(
        change(
            others -> {
              others.removeIf(other -> other.ban().isOf(ban.kind(), ban.who()));
              others.add(Entry.of(ban));
              checkRoom(others);
            }));
  }

  private static void checkRoom(List<Entry> all) {
    long networks = all.stream().filter(each -> each.who.indexOf('/') >= 0).count();
    if (all.size() > BanList.MAX || networks > BanList.MAX_NETWORKS) {
      throw new FullException(
          "There may be " + BanList.MAX + " bans, " + BanList.MAX_NETWORKS + " of networks");
    }
  }

  /**
   * Lifts a ban.
   *
   * @return whether there was one
   */
  public boolean remove(Ban.Kind kind, String who) throws IOException {
    Broker running = broker;
    boolean isLifted = running != null && running.bans().lift(kind, who);
    boolean[] found = {false};
    if (document.read().banned.stream().anyMatch(each -> each.ban().isOf(kind, who))) {
      put(change(all -> found[0] = all.removeIf(each -> each.ban().isOf(kind, who))));
    }
    return isLifted || found[0];
  }

  /** What has ended goes whenever something else changes. */
  private Bans change(Consumer<List<Entry>> change) throws IOException {
    long now = clock.instant().getEpochSecond();
    return document.change(
        before -> {
          List<Entry> all = new ArrayList<>(before.banned);
          all.removeIf(each -> each.until != null && each.until <= now);
          change.accept(all);
          return new Bans(all);
        });
  }
}
