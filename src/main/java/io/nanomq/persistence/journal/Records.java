package io.nanomq.persistence.journal;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.journal.table.NumberRun;

/**
 * How records begin: type and the length of what follows, in one byte, or in four where the type
 * has its highest bit set.
 */
final class Records {
  static final int LARGE = 0x80;

  /** Bytes ahead of what a long record says. */
  static final int LARGE_HEAD = 1 + Integer.BYTES;

  private Records() {}

  /** Begins a record of numbers, which is short. */
  static int begin(RecordBuffer to, int type) {
    to.writeByte(type);
    to.writeByte(0);
    return to.length();
  }

  static void end(RecordBuffer to, int start) {
    to.setByte(start - 1, to.length() - start);
  }

  /** Begins a record that may be long. */
  static int beginLarge(RecordBuffer to, int type) {
    to.writeByte(type | LARGE);
    to.writeInt(0);
    return to.length();
  }

  static void endLarge(RecordBuffer to, int start) {
    to.setInt(start - 4, to.length() - start);
  }

  static void numbers(RecordBuffer to, int type, long first) {
    int start = begin(to, type);
    to.writeVar(first);
    end(to, start);
  }

  static void numbers(RecordBuffer to, int type, long first, long second) {
    int start = begin(to, type);
    to.writeVar(first);
    to.writeVar(second);
    end(to, start);
  }

  static void numbers(RecordBuffer to, int type, long first, long second, long third) {
    int start = begin(to, type);
    to.writeVar(first);
    to.writeVar(second);
    to.writeVar(third);
    end(to, start);
  }

  /** A record of numbers that follow one another: of one alone, or of all of them. */
  static void run(RecordBuffer to, int ofOne, int ofAll, NumberRun run) {
    int start = begin(to, run.count() == 1 ? ofOne : ofAll);
    to.writeVar(run.session());
    to.writeVar(run.first());
    if (run.hasValues()) {
      to.writeVar(run.value());
    }
    if (run.count() > 1) {
      to.writeVar(run.count());
    }
    end(to, start);
  }

  /** A record of a number and a group. */
  static void group(RecordBuffer to, int type, long number, GroupName group) {
    int start = begin(to, type);
    to.writeVar(number);
    group(to, group);
    end(to, start);
  }

  /** A group, in a record. */
  static void group(RecordBuffer to, GroupName group) {
    to.writeLong(group.high());
    to.writeLong(group.low());
  }

  /** A record of a number and a text. */
  static void text(RecordBuffer to, int type, long number, String text) {
    int start = beginLarge(to, type);
    to.writeVar(number);
    to.writeString(text);
    endLarge(to, start);
  }
}
