package io.nanomq.control.access;

import io.nanomq.config.store.ConfConflictException;
import io.nanomq.config.store.ConfStore;
import io.nanomq.config.store.StoredConf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Users in a password file, or in a key of a ConfigMap. One that has been there and is not any more
 * is an error: a user who is added then would be the only one.
 */
final class FileUserStore implements UserStore {
  private static final Logger LOG = Logger.getLogger(FileUserStore.class);
  private static final int ATTEMPTS = 5;

  private final ConfStore store;
  private volatile boolean wasThere;

  FileUserStore(ConfStore store) {
    this.store = store;
  }

  @Override
  public Map<String, String> read() throws IOException {
    return parse(store.read()).users();
  }

  private UserFile parse(StoredConf stored) throws IOException {
    boolean isThere = !stored.version().equals(ConfStore.ABSENT);
    if (!isThere && wasThere) {
      throw new IOException(
          store.name() + " is gone; its users count until it is back, or a new process starts");
    }
    try {
      UserFile file = UserFile.parse(new String(stored.bytes(), StandardCharsets.UTF_8));
      wasThere |= isThere;
      return file;
    } catch (IOException e) {
      throw new IOException(store.name() + " is broken: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized Map<String, String> change(
      String name, Function<Map<String, String>, Optional<String>> change) throws IOException {
    for (int attempt = 1; ; attempt++) {
      StoredConf before = store.read();
      UserFile file = parse(before);
      UserFile changed =
          change
              .apply(file.users())
              .map(hash -> file.with(name, hash))
              .orElseGet(() -> file.without(name));
      try {
        store.write(before.version(), changed.text().getBytes(StandardCharsets.UTF_8));
        wasThere = true;
        return changed.users();
      } catch (ConfConflictException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  @Override
  public AutoCloseable watch(Consumer<Map<String, String>> listener) {
    return store.watch(stored -> tell(stored, listener));
  }

  private void tell(StoredConf stored, Consumer<Map<String, String>> listener) {
    try {
      if (stored.version().equals(ConfStore.UNREADABLE)
          || stored.version().equals(ConfStore.ABSENT)) {
        throw new IOException(store.name() + " is not there, or cannot be read");
      }
      listener.accept(parse(stored).users());
    } catch (IOException e) {
      LOG.errorf("Users stay as they were: %s", e.getMessage());
    }
  }
}
