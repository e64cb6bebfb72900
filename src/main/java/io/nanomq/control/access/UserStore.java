package io.nanomq.control.access;

import io.nanomq.config.store.ConfStore;
import io.nanomq.kubernetes.UserSecrets;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Where users of MQTT are kept who come and go. All methods may block; threads may share it. */
public interface UserStore {
  /** That of Secrets where users are kept there, else that of a file. */
  static UserStore of(Optional<UserSecrets> secrets, ConfStore file) {
    return secrets.<UserStore>map(SecretUserStore::new).orElseGet(() -> new FileUserStore(file));
  }

  /**
   * User name to password or hash.
   *
   * @throws IOException where it cannot be read, or is broken
   */
  Map<String, String> read() throws IOException;

  /**
   * Changes one user.
   *
   * @param change gets all that there are, and says the user's new hash, or that the user goes; may
   *     be called more than once, and what it throws leaves everything as it was
   * @return all that there are now
   */
  Map<String, String> change(String name, Function<Map<String, String>, Optional<String>> change)
      throws IOException;

  /**
   * Tells of every change, whoever made it; what cannot be read is told to nobody but the log.
   *
   * @return closing it ends the calls
   */
  AutoCloseable watch(Consumer<Map<String, String>> listener);
}
