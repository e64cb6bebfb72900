package io.nanomq.control;

import io.nanomq.config.ConfDiff;
import io.nanomq.config.setting.ConfException;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits until two looks at the stored documents, a moment apart, agree: editors and {@code cp}
 * empty a file before they fill it, and half a text may be a valid one that lacks the line which
 * locks the door. {@code kubectl replace --force} deletes a ConfigMap before it makes the new one.
 *
 * <p>Threads may share it: but for {@link #close} its state is the serial work's thread's.
 */
final class Debounce implements AutoCloseable {
  private final SerialWork work;
  private final ConfDocuments documents;
  private final Executor moment;
  private final Executor retry;
  private final Consumer<Look> settled;
  private boolean isLooking;
  private volatile boolean isClosed;

  /**
   * What is stored at one moment.
   *
   * @param stored null where {@code broken} says why
   * @param written when its files were written last
   */
  record Look(
      @Nullable StoredDocuments stored,
      @Nullable ConfException broken,
      Map<Path, FileTime> written) {

    static Look at(ConfDocuments documents) throws IOException {
      try {
        return new Look(documents.read(), null, documents.written());
      } catch (ConfException e) {
        return new Look(null, e, Map.of());
      }
    }

    boolean agrees(Look other) {
      if (broken != null && other.broken != null) {
        return broken.problems().equals(other.broken.problems());
      }
      return stored != null
          && other.stored != null
          // Whoever writes the same text again and again is met halfway twice.
          && written.equals(other.written)
          && stored.hash().equals(other.stored.hash())
          // Included files may have changed as well.
          && ConfDiff.between(stored.loaded(), other.stored.loaded()).isEmpty();
    }
  }

  /**
   * @param moment runs what it is given a moment later
   * @param retry the same after a time in which a store that does not answer may have come back
   * @param settled called on the thread of {@code work}
   */
  Debounce(
      SerialWork work,
      ConfDocuments documents,
      Executor moment,
      Executor retry,
      Consumer<Look> settled) {
    this.work = work;
    this.documents = documents;
    this.moment = moment;
    this.retry = retry;
    this.settled = settled;
  }

  /** Something was stored. */
  void changed() {
    submit(
        () -> {
          if (!isLooking) {
            look(null);
          }
          return null;
        });
  }

  private void look(@Nullable Look before) throws IOException {
    isLooking = false;
    Look now = Look.at(documents);
    if (before != null && now.agrees(before)) {
      settled.accept(now);
    } else {
      isLooking = true;
      moment.execute(() -> lookAgain(now));
    }
  }

  private void lookAgain(@Nullable Look before) {
    submit(
        () -> {
          look(before);
          return null;
        });
  }

  // A store tells of a change once: where it does not answer, or too much waits, it is looked at
  // anew.
  private void submit(Callable<@Nullable Void> task) {
    if (isClosed) {
      return;
    }
    work.submit(task)
        .whenComplete(
            (done, e) -> {
              if (e instanceof IOException || e instanceof BusyException) {
                retry.execute(() -> lookAgain(null));
              }
            });
  }

  /** Nothing more is looked at. */
  @Override
  public void close() {
    isClosed = true;
  }
}
