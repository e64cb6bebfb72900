package io.nanomq.persistence.journal;

import io.nanomq.journal.ImageInput;
import io.nanomq.journal.ImageOutput;
import io.nanomq.journal.RecordBuffer;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.journal.table.GroupSet;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message that is still to be given to somebody. Used by one thread at a time. */
final class PendingMessage {
  /** Among a record's flags: it is to be routed again. */
  static final int AGAIN = 1;

  /** It was written anew: what refers to it may stand ahead of it, or in a segment that is gone. */
  static final int KEPT = 2;

  /**
   * Among a record's flags: groups stand there by their names; by their filters, which are longer,
   * as of format 1, else.
   */
  static final int GROUP_NAMES = 4;

  private static final long[] NOBODY = {};
  private static final int MOST_KEPT = 64;

  long number;
  // Loops that have not handed it over.
  long targets;
  // It is to be routed again, since an earlier process had not handed it over.
  boolean again;
  // It is of the records at hand, and StoredMessages has not put it among the others.
  boolean isFresh;
  private @Nullable GroupSet groups;
  private long[] had = NOBODY;
  private int hadCount;

  PendingMessage(long number) {
    this.number = number;
  }

  /** Reads those that it is to be given to a member of. */
  static @Nullable GroupSet groups(int flags, RecordReader in) {
    int count = (int) in.readVar();
    GroupSet groups = count == 0 ? null : new GroupSet(count);
    for (int i = 0; groups != null && i < count; i++) {
      boolean isName = (flags & GROUP_NAMES) != 0;
      groups.add(isName ? in.readGroup() : GroupName.of(in.readString()));
    }
    return groups;
  }

  /** Passes by who is still to get it. */
  static void skip(int flags, RecordReader in) {
    for (long groups = in.readVar(); groups > 0; groups--) {
      if ((flags & GROUP_NAMES) != 0) {
        in.skipGroup();
      } else {
        in.skipString();
      }
    }
    for (long had = in.readVar(); had > 0; had--) {
      in.readVar();
    }
  }

  /**
   * Writes its record as it is now.
   *
   * @param flags as they stand in the record of before
   * @param in stands there behind what was received with it
   */
  void writeAnew(int flags, RecordReader in, RecordBuffer to) {
    skip(flags, in);
    int start = Records.beginLarge(to, RecordType.MESSAGE);
    to.writeVar(number);
    to.writeByte(KEPT | GROUP_NAMES | (again ? AGAIN : 0));
    to.writeVar(targets);
    to.writeVar(0);
    to.writeVar(0);
    List<GroupName> names = groups();
    to.writeVar(names.size());
    names.forEach(group -> Records.group(to, group));
    to.writeVar(hadCount);
    for (int i = 0; i < hadCount; i++) {
      to.writeVar(had[i]);
    }
    in.copyRestTo(to);
    Records.endLarge(to, start);
  }

  /** Writes it into an image of the journal. */
  void write(ImageOutput to) throws IOException {
    to.writeLong(number);
    to.writeLong(targets);
    to.writeInt(again ? 1 : 0);
    List<GroupName> names = groups();
    to.writeInt(names.size());
    for (GroupName name : names) {
      to.writeLong(name.high());
      to.writeLong(name.low());
    }
    to.writeInt(hadCount);
    to.writeLongs(had, hadCount);
  }

  static PendingMessage read(ImageInput from) throws IOException {
    PendingMessage message = new PendingMessage(from.readLong());
    message.targets = from.readLong();
    message.again = from.readInt() != 0;
    int names = from.readInt();
    GroupSet groups = names == 0 ? null : new GroupSet(names);
    for (int i = 0; groups != null && i < names; i++) {
      groups.add(GroupName.of(from.readLong(), from.readLong()));
    }
    message.groups(groups);
    message.hadCount = from.readInt();
    message.had = new long[message.hadCount];
    from.readLongs(message.had, message.hadCount);
    return message;
  }

  /**
   * It is nobody's any more, and may be used for another one.
   *
   * @return whether it is small enough to be kept for that
   */
  boolean clear() {
    hadCount = 0;
    return had.length <= MOST_KEPT;
  }

  boolean isPending() {
    return again || targets != 0 || groups != null;
  }

  List<GroupName> groups() {
    GroupSet left = groups;
    return left == null ? List.of() : left.names();
  }

  /** Those that it is to be given to a member of; null = none. */
  void groups(@Nullable GroupSet all) {
    groups = all;
  }

  void groupDone(GroupName group) {
    GroupSet left = groups;
    if (left != null && left.remove(group) && left.size() == 0) {
      groups = null;
    }
  }

  void routedAgain() {
    again = false;
    targets = 0;
    groups = null;
  }

  /** A session has it in its queue, or had. */
  void had(long session) {
    boolean isKnown = hadCount > 0 && had[hadCount - 1] == session;
    if (isPending() && !isKnown) {
      if (hadCount == had.length) {
        had = Arrays.copyOf(had, Math.max(4, hadCount * 2));
      }
      had[hadCount++] = session;
    }
  }

  long[] had() {
    return Arrays.copyOf(had, hadCount);
  }
}
