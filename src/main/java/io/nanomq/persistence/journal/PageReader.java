package io.nanomq.persistence.journal;

import io.nanomq.journal.JournalReads;
import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.RecentMessages;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.StoreClock;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages again that sessions wait for. Its buffers serve one page after the other, and a
 * large message that many wait for is read once while one of them keeps it. Not shared.
 */
final class PageReader implements Closeable {
  private static final Logger LOG = Logger.getLogger(PageReader.class);

  private static final int WINDOW_BYTES = 64 * 1024;

  // Messages stand apart from what queues them: each has its own place in the files.
  private final RecordFinder queued;
  private final RecordFinder messages;
  private final RecentMessages recent = new RecentMessages();
  // Of one page: most often the next one has the same topic and publisher.
  private @Nullable PublishMessage last;

  PageReader(JournalReads reads) {
    this.queued = new RecordFinder(reads.reader(WINDOW_BYTES));
    this.messages = new RecordFinder(reads.reader(WINDOW_BYTES));
  }

  /** Reads what can be read, and tells what cannot. */
  MessagePage read(PageEntries entries, StoreClock clock) {
    List<RecoveredSession.Message> all = new ArrayList<>(entries.size);
    try {
      for (int i = 0; i < entries.size; i++) {
        all.add(read(entries, i, clock));
      }
      return new MessagePage(all, entries.isLast, false);
    } catch (IOException | RuntimeException failed) {
      LOG.errorf(
          "A message that session %d waits for cannot be read and stays where it is: %s",
          entries.session, failed);
      return new MessagePage(all, false, true);
    }
  }

  /** Says how one of them is to be delivered, without the message. */
  RecoveredSession.Message readWithoutMessage(PageEntries entries, int i) throws IOException {
    int delivery = entries.deliveries[i];
    DeliveryOptions options = DeliveryFormat.ofFlags(StoredDelivery.options(delivery));
    if (options == null) {
      options = DeliveryFormat.read(queued(entries, i));
    }
    return message(entries, i, null, options);
  }

  /** Reads one of them. */
  RecoveredSession.Message read(PageEntries entries, int i, StoreClock clock) throws IOException {
    int delivery = entries.deliveries[i];
    DeliveryOptions options = DeliveryFormat.ofFlags(StoredDelivery.options(delivery));
    PublishMessage message = null;
    if (options == null || StoredDelivery.is(delivery, StoredDelivery.INLINE)) {
      RecordReader in = queued(entries, i);
      options = DeliveryFormat.read(in);
      message = isInline(delivery) ? MessageFormat.read(in, clock) : null;
    }
    if (entries.segments[2 * i + 1] != 0) {
      message = message(entries, i, clock);
    }
    return message(entries, i, message, options);
  }

  private static RecoveredSession.Message message(
      PageEntries entries, int i, @Nullable PublishMessage message, DeliveryOptions options) {
    int delivery = entries.deliveries[i];
    return new RecoveredSession.Message(
        entries.sequences[i],
        entries.numbers[i],
        message,
        options,
        StoredDelivery.packetId(delivery),
        StoredDelivery.is(delivery, StoredDelivery.TAKEN));
  }

  /** Whether the message stands behind how it is delivered, and is needed. */
  private static boolean isInline(int delivery) {
    return StoredDelivery.flags(delivery) == StoredDelivery.INLINE;
  }

  /** What queues it, read up to how it is to be delivered. */
  private RecordReader queued(PageEntries entries, int i) throws IOException {
    int at = entries.frames[2 * i];
    RecordReader in =
        queued.queued(entries.segments[2 * i], at, entries.session, entries.sequences[i]);
    in.readVar();
    in.readByte();
    in.readVar();
    return in;
  }

  private PublishMessage message(PageEntries entries, int i, StoreClock clock) throws IOException {
    long number = entries.numbers[i];
    PublishMessage message = recent.isEmpty() ? null : recent.get(number);
    if (message == null) {
      message = message(entries.segments[2 * i + 1], entries.frames[2 * i + 1], number, clock);
      recent.add(number, message);
    }
    return message;
  }

  /** Reads a message. */
  PublishMessage message(long segment, int frame, long number, StoreClock clock)
      throws IOException {
    RecordReader in = messages.message(segment, frame, number);
    int flags = in.readByte();
    in.readVar();
    in.readVar();
    in.readVar();
    PendingMessage.skip(flags, in);
    PublishMessage before = last;
    PublishMessage message =
        before == null
            ? MessageFormat.read(in, clock)
            : MessageFormat.read(in, clock, before.topic(), before.publisher());
    last = message;
    return message;
  }

  /** Closes the files, whose contents may change from now on; more may be read later. */
  @Override
  public void close() throws IOException {
    last = null;
    queued.close();
    messages.close();
  }
}
