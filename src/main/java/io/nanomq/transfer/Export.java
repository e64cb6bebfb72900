package io.nanomq.transfer;

import io.nanomq.codec.TopicRules;
import io.nanomq.loop.BatchReader;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.SessionCopy;
import io.nanomq.retained.RetainedListing.Listed;
import io.nanomq.session.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes what a broker keeps, on the thread that calls, while clients go on: each line is true at
 * the moment when it is read. What bridges keep for other brokers is not in it, nor QoS 0.
 */
public final class Export {
  private static final int CHUNK = 64 * 1024;

  /** A page that cannot be read is asked for again so many times. */
  private static final int TRIES = 20;

  private static final long TRY_AGAIN_NANOS = 250_000_000;

  private final Transfers broker;
  private final Sink sink;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(CHUNK + CHUNK / 4);
  private final LineWriter out;

  /** Where it goes. */
  public interface Sink {
    /**
     * Blocks until there is room for more.
     *
     * @throws IOException where nobody wants it any more
     */
    void write(byte[] chunk) throws IOException;
  }

  /** What is exported. */
  public enum Kind {
    ALL,
    RETAINED,
    SESSIONS
  }

  private record Read(Session session, SessionCopy copy) {}

  public Export(Transfers broker, Sink sink) throws IOException {
    this.broker = broker;
    this.sink = sink;
    this.out = new LineWriter(bytes, broker.clock());
  }

  /**
   * Writes all of it.
   *
   * @param version of this broker
   * @return lines between the first and the last one
   */
  public long run(Kind kind, String version) throws IOException {
    out.header(version, broker.clock().wallMillis().getAsLong());
    if (kind != Kind.SESSIONS) {
      retained();
    }
    if (kind != Kind.RETAINED) {
      sessions();
    }
    out.end(out.lines());
    sink.write(bytes.toByteArray());
    return out.lines();
  }

  private void retained() throws IOException {
    BatchReader<Listed> all = broker.listing().all();
    Optional<List<Listed>> batch = Transfers.await(all.next());
    while (batch.isPresent()) {
      for (Listed each : batch.get()) {
        if (!TopicRules.isBrokersOwn(each.message().topic().text())) {
          out.retained(each.message());
          written();
        }
      }
      batch = Transfers.await(all.next());
    }
  }

  private void written() throws IOException {
    if (bytes.size() >= CHUNK) {
      sink.write(bytes.toByteArray());
      bytes.reset();
    }
  }

  private void sessions() throws IOException {
    BatchReader<Read> all = broker.sessions().read(this::read);
    Optional<List<Read>> batch = Transfers.await(all.next());
    while (batch.isPresent()) {
      for (Read each : batch.get()) {
        session(each.session, each.copy);
      }
      batch = Transfers.await(all.next());
    }
  }

  private Iterator<Read> read(Session session) {
    TransferLoop loop = broker.loops().get(session.loopIndex());
    SessionCopy copy = loop.sessions().read(session, broker.clock());
    return copy == null ? Collections.emptyIterator() : List.of(new Read(session, copy)).iterator();
  }

  /**
   * Subscriptions come last, so that who imports it adds nothing new before what waits; those of
   * groups come first, since messages belong to them.
   */
  private void session(Session session, SessionCopy copy) throws IOException {
    out.session(copy);
    subscriptions(copy, true);
    if (copy.hasMessages()) {
      messages(session);
    }
    subscriptions(copy, false);
    written();
  }

  private void subscriptions(SessionCopy copy, boolean shared) throws IOException {
    for (Subscription each : copy.subscriptions()) {
      if (TopicRules.isShared(each.filter()) == shared) {
        out.subscription(copy.clientId(), each);
        written();
      }
    }
  }

  private void messages(Session session) throws IOException {
    long from = 0;
    boolean isMore = true;
    while (isMore) {
      MessagePage page = page(session, from);
      for (RecoveredSession.Message message : page.messages()) {
        if (message.message() != null || message.taken()) {
          out.message(session.clientId(), message);
          written();
        }
        from = message.sequence() + 1;
      }
      isMore = !page.isLast() && !page.messages().isEmpty();
    }
  }

  private MessagePage page(Session session, long from) throws IOException {
    TransferLoop loop = broker.loops().get(session.loopIndex());
    for (int i = 0; i < TRIES; i++) {
      var page = new CompletableFuture<MessagePage>();
      loop.loop()
          .eventLoop()
          .execute(() -> loop.sessions().messages(session, from, page::complete));
      MessagePage read = Transfers.await(page);
      if (!read.isFailed() || !read.messages().isEmpty()) {
        return read;
      }
      LockSupport.parkNanos(TRY_AGAIN_NANOS);
    }
    throw new TransferException("messages of " + session.clientId() + " cannot be read");
  }
}
