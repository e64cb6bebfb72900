package io.nanomq.control.access;

import io.nanomq.Broker;
import io.nanomq.authn.PasswordHash;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.RunningConf;
import io.nanomq.config.store.ConfConflictException;
import io.nanomq.config.store.ConfStore;
import io.nanomq.config.store.StoredConf;
import io.nanomq.control.BeforeStart;
import io.nanomq.control.access.AccessException.Problem;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Users of MQTT who come and go while the broker runs: those of {@code auth.user_file}. What
 * changes something blocks, and hashes. Whoever edits the file is heard; a broken one leaves what
 * was in force, and refuses a start.
 */
@Singleton
public class MqttUsers implements BeforeStart {
  /** Users that there may be. */
  static final int MAX = 100_000;

  private static final Logger LOG = Logger.getLogger(MqttUsers.class);
  private static final int ATTEMPTS = 5;

  private final ConfStore store;
  private final RunningConf conf;
  private volatile List<String> names = List.of();
  private volatile @Nullable Broker broker;
  private volatile ConfStore.@Nullable Watch watch;

  public MqttUsers(LoadedConf started, SideDocuments documents, RunningConf conf) {
    this.store = documents.of(started.text("auth.user_file"));
    this.conf = conf;
  }

  @Override
  public void prepare(Broker starting) throws IOException {
    broker = starting;
    put(parse(store.read()));
    watch = store.watch(this::changed);
  }

  void stop(@Observes ShutdownEvent event) {
    ConfStore.Watch watching = watch;
    if (watching != null) {
      watching.close();
    }
  }

  private UserFile parse(StoredConf stored) throws IOException {
    try {
      return UserFile.parse(new String(stored.bytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IOException(store.name() + " is broken: " + e.getMessage(), e);
    }
  }

  private void changed(StoredConf stored) {
    try {
      if (stored.version().equals(ConfStore.UNREADABLE)
          || stored.version().equals(ConfStore.ABSENT)) {
        throw new IOException(store.name() + " is not there, or cannot be read");
      }
      put(parse(stored));
    } catch (IOException e) {
      LOG.errorf("Users stay as they were: %s", e.getMessage());
    }
  }

  private CompletionStage<Void> put(UserFile file) {
    names = List.copyOf(file.users().keySet());
    Broker running = broker;
    return running == null
        ? CompletableFuture.completedFuture(null)
        : running.useUsers(file.users());
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
        file -> {
          if (file.find(name).isPresent() || isConfigured(name)) {
            throw new AccessException(Problem.EXISTS, "There is somebody of that name");
          }
          if (file.users().size() >= MAX) {
            throw new AccessException(Problem.ILLEGAL, "There may be " + MAX + " users");
          }
          return file.with(name, hash);
        });
  }

  private boolean isConfigured(String name) {
    return conf.current().auth().users().containsKey(name);
  }

  /**
   * Whoever is connected with the old password is treated as {@code auth.revoked} says.
   *
   * @throws AccessException where there is no such user in the file
   */
  public CompletionStage<Void> changePassword(String name, String password) throws IOException {
    String hash = PasswordHash.make(Passwords.required(password));
    return change(file -> required(file, name).with(name, hash));
  }

  /**
   * @throws AccessException where there is no such user in the file
   */
  public CompletionStage<Void> remove(String name) throws IOException {
    return change(file -> required(file, name).without(name));
  }

  private UserFile required(UserFile file, String name) {
    if (file.find(name).isPresent()) {
      return file;
    }
    throw isConfigured(name)
        ? new AccessException(
            Problem.ILLEGAL, "The user is in the configuration, and changed there")
        : new AccessException(Problem.UNKNOWN, "There is no such user");
  }

  private synchronized CompletionStage<Void> change(UnaryOperator<UserFile> change)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      StoredConf before = store.read();
      UserFile changed = change.apply(parse(before));
      try {
        store.write(before.version(), changed.text().getBytes(StandardCharsets.UTF_8));
        return put(changed);
      } catch (ConfConflictException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
