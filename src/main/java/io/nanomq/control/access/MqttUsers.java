package io.nanomq.control.access;

import io.nanomq.Broker;
import io.nanomq.authn.PasswordHash;
import io.nanomq.config.RunningConf;
import io.nanomq.control.BeforeStart;
import io.nanomq.control.access.AccessException.Problem;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Users of MQTT who come and go while the broker runs: those of a {@link UserStore}. What changes
 * something blocks, and hashes. Whoever changes the store is heard; a broken one leaves what was in
 * force, and refuses a start.
 */
@Singleton
public class MqttUsers implements BeforeStart {
  /** Users that there may be. */
  static final int MAX = 100_000;

  private final UserStore store;
  private final RunningConf conf;
  private volatile List<String> names = List.of();
  private volatile @Nullable Broker broker;
  private volatile @Nullable AutoCloseable watch;

  public MqttUsers(UserStore store, RunningConf conf) {
    this.store = store;
    this.conf = conf;
  }

  @Override
  public void prepare(Broker starting) throws IOException {
    broker = starting;
    put(store.read());
    watch = store.watch(this::put);
  }

  void stop(@Observes ShutdownEvent event) throws Exception {
    AutoCloseable watching = watch;
    if (watching != null) {
      watching.close();
    }
  }

  private CompletionStage<Void> put(Map<String, String> all) {
    names = List.copyOf(all.keySet());
    Broker running = broker;
    return running == null ? CompletableFuture.completedFuture(null) : running.useUsers(all);
  }

  /** Names of those in the file, in its order. */
  public List<String> names() {
    return names;
  }

  /**
   * @return done when it holds
   * @throws AccessException where there is one of that name, or nobody can be called that
   */
  public CompletionStage<Void> add(String name, String password) throws IOException {
    Passwords.requireName(name);
    String hash = PasswordHash.make(Passwords.required(password));
    return change(
        name,
        all -> {
          if (all.containsKey(name) || isConfigured(name)) {
            throw new AccessException(Problem.EXISTS, "There is somebody of that name");
          }
          if (all.size() >= MAX) {
            throw new AccessException(Problem.ILLEGAL, "There may be " + MAX + " users");
          }
          return Optional.of(hash);
        });
  }

  private boolean isConfigured(String name) {
    return conf.current().auth().users().containsKey(name);
  }

  /**
   * Whoever is connected with the old password is treated as {@code auth.revoked} says.
   *
   * @throws AccessException where there is no such user
   */
  public CompletionStage<Void> changePassword(String name, String password) throws IOException {
    String hash = PasswordHash.make(Passwords.required(password));
    return change(
        name,
        all -> {
          require(all, name);
          return Optional.of(hash);
        });
  }

  /**
   * @throws AccessException where there is no such user
   */
  public CompletionStage<Void> remove(String name) throws IOException {
    return change(
        name,
        all -> {
          require(all, name);
          return Optional.empty();
        });
  }

  private void require(Map<String, String> all, String name) {
    if (!all.containsKey(name)) {
      throw isConfigured(name)
          ? new AccessException(
              Problem.ILLEGAL, "The user is in the configuration, and changed there")
          : new AccessException(Problem.UNKNOWN, "There is no such user");
    }
  }

  /** One after the other: what was stored last is what counts. */
  private synchronized CompletionStage<Void> change(
      String name, Function<Map<String, String>, Optional<String>> change) throws IOException {
    return put(store.change(name, change));
  }
}
