package io.nanomq.persistence.journal;

import io.nanomq.journal.Journal;
import io.nanomq.journal.Snapshot;
import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.ReadAhead;
import io.nanomq.persistence.RecoveredState;
import io.nanomq.persistence.StoreClock;
import io.nanomq.persistence.journal.topic.LiveVersions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages that are stored at one moment, read one after the other. Made on the
 * journal's thread or before that starts, and gone through by another one.
 */
final class RetainedReading implements RecoveredState.Retained {
  private static final Logger LOG = Logger.getLogger(RetainedReading.class);

  private final StoreClock clock;
  private final Snapshot view;
  private final Set<Long> segments;
  private final LiveVersions versions;

  RetainedReading(StoredRetained stored, Journal journal, StoreClock clock) {
    this(stored.versions(), stored.segments(), journal, clock);
  }

  /** The same of what was collected meanwhile. */
  RetainedReading(LiveVersions versions, Set<Long> segments, Journal journal, StoreClock clock) {
    this.clock = clock;
    this.view = journal.view();
    this.segments = segments;
    this.versions = versions;
  }

  @Override
  public void forEach(Consumer<PublishMessage> to) {
    try {
      versions.sort();
      new ReadAhead<>(this::read, PublishMessage::retainedBytes).forEach(to);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void read(Consumer<PublishMessage> to) throws IOException {
    // Clients publish many in a row.
    @Nullable String[] publisher = new String[1];
    view.forEach(
        segments::contains,
        (segment, records, length) -> {
          RecordReader in = new RecordReader(records, length);
          while (in.next()) {
            if (in.type() == RecordType.RETAINED && versions.take(in.readVar())) {
              in.skipString();
              PublishMessage message = MessageFormat.read(in, clock, null, publisher[0]);
              publisher[0] = message.publisher();
              to.accept(message);
            }
          }
        });
  }

  @Override
  public void close() {
    try {
      view.close();
    } catch (IOException failed) {
      LOG.debug("A file could not be closed", failed);
    }
  }
}
