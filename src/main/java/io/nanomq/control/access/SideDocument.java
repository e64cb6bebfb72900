package io.nanomq.control.access;

import io.nanomq.config.store.ConfConflictException;
import io.nanomq.config.store.ConfStore;
import io.nanomq.config.store.StoredConf;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * A value that is kept in a document of its own, beside the configuration. One that has been there
 * and is not any more is an error: what is changed then would take along all that it held. All
 * methods may block; threads may share it.
 */
final class SideDocument<T> {
  private static final Logger LOG = Logger.getLogger(SideDocument.class);

  private static final int ATTEMPTS = 5;

  /** How a value is written down. */
  interface Form<T> {
    /**
     * Reads one.
     *
     * @throws IOException where it is none; says where, and nothing of what it holds
     */
    T read(byte[] bytes) throws IOException;

    byte[] write(T value) throws IOException;
  }

  private final ConfStore store;
  private final Form<T> form;
  private final T none;
  private volatile boolean wasThere;

  /**
   * @param none what a document stands for that is not there
   */
  SideDocument(ConfStore store, Form<T> form, T none) {
    this.store = store;
    this.form = form;
    this.none = none;
  }

  String name() {
    return store.name();
  }

  /**
   * What is stored.
   *
   * @throws IOException where it cannot be read, or is no such value
   */
  T read() throws IOException {
    return parse(store.read());
  }

  private T parse(StoredConf stored) throws IOException {
    if (stored.version().equals(ConfStore.ABSENT)) {
      if (wasThere) {
        throw new IOException(
            name() + " is gone; what it held counts until it is back, or a new process starts");
      }
      return none;
    }
    try {
      T value = form.read(stored.bytes());
      wasThere = true;
      return value;
    } catch (IOException e) {
      throw new IOException(name() + " is broken: " + e.getMessage(), e);
    }
  }

  /**
   * Changes what is stored, whoever else does so meanwhile.
   *
   * @param change may be called more than once; what it throws leaves everything as it was
   * @return what is stored now
   */
  synchronized T change(UnaryOperator<T> change) throws IOException {
    for (int attempt = 1; ; attempt++) {
      StoredConf before = store.read();
      T changed = change.apply(parse(before));
      try {
        store.write(before.version(), form.write(changed));
        wasThere = true;
        return changed;
      } catch (ConfConflictException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * Tells of every change. What is broken, or gone, is not told: what was read before counts on.
   *
   * @param listener called by a thread of the store
   */
  ConfStore.Watch watch(Consumer<T> listener) {
    return store.watch(
        stored -> {
          try {
            if (stored.version().equals(ConfStore.UNREADABLE)
                || stored.version().equals(ConfStore.ABSENT)) {
              throw new IOException(name() + " is not there, or cannot be read");
            }
            listener.accept(parse(stored));
          } catch (IOException e) {
            LOG.errorf("What was read before stays in force: %s", e.getMessage());
          }
        });
  }
}
