package io.nanomq.control.access;

import io.nanomq.config.store.ConfStore;
import io.nanomq.kubernetes.UserSecrets;
import java.util.Optional;

/** Makes the store of users that is configured. */
public final class UserStores {
  private UserStores() {}

  public static UserStore of(Optional<UserSecrets> secrets, ConfStore file) {
    return secrets.<UserStore>map(SecretUserStore::new).orElseGet(() -> new FileUserStore(file));
  }
}
