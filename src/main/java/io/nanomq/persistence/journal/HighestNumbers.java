package io.nanomq.persistence.journal;

import io.nanomq.journal.ImageInput;
import io.nanomq.journal.ImageOutput;
import io.nanomq.journal.RecordBuffer;
import io.nanomq.persistence.MessageNumber;
import java.io.IOException;

/** The highest numbers that were ever told. Used by one thread at a time. */
final class HighestNumbers {
  private long session;
  private long message;
  private long version;
  // Where they stand.
  long segment;

  void session(long number) {
    session = Math.max(session, number);
  }

  void message(long number) {
    message = Math.max(message, MessageNumber.count(number));
  }

  void version(long number) {
    version = Math.max(version, number);
  }

  long session() {
    return session;
  }

  /** How many messages that loop told which told most. */
  long message() {
    return message;
  }

  long version() {
    return version;
  }

  /** A record of them; one of {@link RecordType#START} is that of a process. */
  void write(RecordBuffer to, int type) {
    int start = Records.begin(to, type);
    to.writeVar(RecordType.FORMAT);
    to.writeVar(session);
    to.writeVar(message);
    to.writeVar(version);
    Records.end(to, start);
  }

  /** Writes them into an image. */
  void write(ImageOutput to) throws IOException {
    to.writeLong(session);
    to.writeLong(message);
    to.writeLong(version);
    to.writeLong(segment);
  }

  void read(ImageInput from) throws IOException {
    session = from.readLong();
    message = from.readLong();
    version = from.readLong();
    segment = from.readLong();
  }

  void read(long stands, RecordReader in) {
    long format = in.readVar();
    if (format > RecordType.FORMAT) {
      throw new UnknownFormatException(
          "it has records of format %d, this version reads up to %d: use the version that wrote it"
              .formatted(format, RecordType.FORMAT));
    }
    session(in.readVar());
    message = Math.max(message, in.readVar());
    version(in.readVar());
    segment = stands;
  }
}
