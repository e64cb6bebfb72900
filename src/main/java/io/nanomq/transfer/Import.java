package io.nanomq.transfer;

import io.nanomq.persistence.SessionCopy.Fate;
import io.nanomq.persistence.SessionCopy.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings an export into a broker, line by line, on the thread that calls. Nothing of a line that is
 * wrong is imported; those behind it are. Loops get some lines at a time, and the next ones when
 * the store has those. One at a time in a broker.
 */
public final class Import {
  /** Bytes that one export may have. */
  static final long MAX_BYTES = 256L << 30;

  private static final int BATCH_LINES = 512;
  private static final int BATCH_BYTES = 256 * 1024;

  /** Base64 and JSON around what one packet may bring. */
  private static final int AROUND = 1 << 20;

  /** Of the heap, which has a line several times. */
  private static final int HEAP_SHARE = 32;

  private final Transfers broker;
  private final boolean dry;
  private final Progress progress;
  private final int maxLine;
  private final LineReader reader;
  private final ImportTarget target;
  private final List<ImportTarget.Op> batch = new ArrayList<>();
  private long batchBytes;
  private long total;
  private long number;
  private long after;
  private @Nullable String client;
  private boolean begun;
  private boolean ended;

  /**
   * @param dry whether lines are looked at only
   * @param replaces whether what is imported takes the place of what is here
   */
  public Import(Transfers broker, boolean dry, boolean replaces, Progress progress) {
    this.broker = broker;
    this.dry = dry;
    this.progress = progress;
    this.maxLine =
        maxLine(broker.conf().get().packets().maxBytes(), Runtime.getRuntime().maxMemory());
    this.reader = new LineReader(broker.conf().get(), broker.clock(), maxLine);
    this.target = new ImportTarget(broker, replaces);
  }

  static int maxLine(int maxPacketBytes, long heap) {
    long most = maxPacketBytes / 3L * 4 + AROUND;
    return (int) Math.max(AROUND, Math.min(most, heap / HEAP_SHARE));
  }

  /** Imports all of it, or says in the progress why not; returns when the store has it. */
  public void run(InputStream in) {
    try {
      read(in);
      flush();
      if (!ended) {
        progress.refused(number + 1, "the end is missing: there may have been more");
      }
      progress.ended("");
    } catch (IOException | RuntimeException failed) {
      progress.ended(String.valueOf(failed.getMessage()));
    }
  }

  private void read(InputStream in) throws IOException {
    Transfers.await(broker.retained().whenRead());
    if (!dry) {
      target.begin();
    }
    Lines lines = new Lines(in, maxLine);
    while (!ended && lines.next()) {
      number++;
      total += lines.bytes();
      if (total > MAX_BYTES) {
        throw new TransferException("it is longer than " + MAX_BYTES + " bytes");
      }
      line(lines);
      if (batch.size() >= BATCH_LINES || batchBytes >= BATCH_BYTES || dry) {
        flush();
      }
      checkRefused();
    }
    if (ended && lines.next()) {
      flush();
      progress.refused(number + 1, "there is something behind the end");
    }
  }

  private void checkRefused() throws TransferException {
    if (batch.isEmpty() && progress.isFull()) {
      throw new TransferException(
          "%d lines are refused; nothing behind line %d was looked at"
              .formatted(progress.now().refused().size(), number));
    }
  }

  private void line(Lines lines) throws IOException {
    Line line = null;
    try {
      if (lines.isTooLong()) {
        throw new LineException("longer than " + maxLine + " bytes");
      }
      line = reader.read(lines.line(), lines.length());
      checkPlace(line);
    } catch (LineException wrong) {
      notOne(String.valueOf(wrong.getMessage()), line);
      progress.looked(number, lines.bytes());
      return;
    }
    after++;
    if (line instanceof Line.Header || line instanceof Line.End) {
      progress.looked(number, lines.bytes());
      return;
    }
    batch.add(new ImportTarget.Op(line, number, lines.bytes()));
    batchBytes += lines.bytes();
  }

  /** What cannot be read may have been a session: what follows must not go to the one before it. */
  private void notOne(String why, @Nullable Line line) throws IOException {
    after++;
    progressAfterBatch(why);
    if (!begun) {
      throw new TransferException("line 1 is no header of an export: " + why);
    }
    if (line == null || line instanceof Line.OfSession) {
      client = null;
    }
  }

  // Lines are told in their order.
  private void progressAfterBatch(String why) throws IOException {
    flush();
    progress.refused(number, why);
  }

  private void checkPlace(Line line) throws LineException {
    if (!begun) {
      checkHeader(line);
    } else if (line instanceof Line.Header) {
      throw new LineException("a second header");
    } else if (line instanceof Line.OfSession session) {
      client = session.session().clientId();
    } else if (line instanceof Line.OfSubscription subscription) {
      checkClient(subscription.clientId());
    } else if (line instanceof Line.OfMessage message) {
      checkClient(message.clientId());
    } else if (line instanceof Line.End end) {
      checkEnd(end);
    }
  }

  private void checkHeader(Line line) throws LineException {
    if (!(line instanceof Line.Header header)) {
      throw new LineException("kind is not nanomq-export");
    }
    if (header.format() > LineWriter.FORMAT) {
      throw new LineException(
          "format %d is above %d: use the version that wrote it, %s"
              .formatted(header.format(), LineWriter.FORMAT, header.version()));
    }
    begun = true;
  }

  private void checkEnd(Line.End end) throws LineException {
    ended = true;
    if (end.lines() != after - 1) {
      throw new LineException(
          "there are %d lines, and are to be %d".formatted(after - 1, end.lines()));
    }
  }

  private void checkClient(String clientId) throws LineException {
    if (!clientId.equals(client)) {
      throw new LineException("the session of its client does not stand before it");
    }
  }

  private void flush() throws IOException {
    if (batch.isEmpty()) {
      return;
    }
    List<Outcome> outcomes = dry ? List.of() : target.apply(batch);
    for (int i = 0; i < batch.size(); i++) {
      ImportTarget.Op op = batch.get(i);
      tell(op, dry ? Outcome.TAKEN : outcomes.get(i));
      progress.looked(op.number(), op.bytes());
    }
    batch.clear();
    batchBytes = 0;
  }

  private void tell(ImportTarget.Op op, Outcome outcome) {
    if (outcome.fate() == Fate.TAKEN) {
      progress.taken(op.line());
    } else if (outcome.fate() == Fate.REFUSED) {
      progress.refused(op.number(), outcome.why());
    } else {
      String why = outcome.fate() == Fate.EXPIRED ? "expired" : outcome.why();
      progress.skipped(op.line(), op.number(), why);
    }
  }
}
