package io.nanomq.control.access;

import io.nanomq.kubernetes.UserSecrets;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Users in Secrets of Kubernetes. */
record SecretUserStore(UserSecrets secrets) implements UserStore {

  @Override
  public Map<String, String> read() throws IOException {
    return secrets.read();
  }

  @Override
  public synchronized Map<String, String> change(
      String name, Function<Map<String, String>, Optional<String>> change) throws IOException {
    Map<String, String> all = new LinkedHashMap<>(secrets.read());
    Optional<String> hash = change.apply(all);
    if (hash.isPresent()) {
      secrets.put(name, hash.get());
      all.put(name, hash.get());
    } else {
      secrets.remove(name);
      all.remove(name);
    }
    return all;
  }

  @Override
  public AutoCloseable watch(Consumer<Map<String, String>> listener) {
    return secrets.watch(listener);
  }
}
