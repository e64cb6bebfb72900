package io.nanomq.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Makes a folder one process's. The system holds it until it is closed or the process ends, however
 * that is; the file says who that is, and whether its end has begun, for whoever waits for it.
 */
public final class FolderLock implements Closeable {
  static final String NAME = "LOCK";

  private static final Logger LOG = Logger.getLogger(FolderLock.class);
  private static final long POLL_NANOS = 20_000_000;
  private static final int MOST_BYTES = 64;
  private static final Pattern SAID = Pattern.compile("process (\\d{1,19})( ends)?\n");

  private final FileChannel file;

  private FolderLock(FileChannel file) {
    this.file = file;
  }

  /** Another broker has the folder. */
  public static final class FolderInUseException extends JournalException {
    FolderInUseException(String message) {
      super(message);
    }
  }

  /**
   * How long to wait for a process that has the folder, in milliseconds.
   *
   * @param running it does not say that it ends: it may have been killed a moment ago
   * @param ending it says that it ends, or it does not say who it is
   */
  public record Patience(long running, long ending) {
    public static final Patience NONE = new Patience(0, 0);

    private long with(Holder holder) {
      return holder.isKnown() && !holder.ends() ? running : ending;
    }
  }

  /**
   * Who has it.
   *
   * @param process 0 = unknown, as versions before this one leave it
   */
  private record Holder(long process, boolean ends) {
    boolean isKnown() {
      return process != 0;
    }

    @Override
    public String toString() {
      return isKnown() ? "another broker, process " + process : "another broker";
    }
  }

  /**
   * Takes a folder that is there.
   *
   * @throws FolderInUseException where somebody has it and keeps it; the message says who
   */
  public static FolderLock take(Path folder, Patience patience) throws IOException {
    FileChannel file =
        FileChannel.open(
            folder.resolve(NAME),
            LinkOption.NOFOLLOW_LINKS,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      await(folder, file, patience);
    } catch (IOException failed) {
      file.close();
      throw failed;
    }
    FolderLock lock = new FolderLock(file);
    lock.say("");
    return lock;
  }

  private static void await(Path folder, FileChannel file, Patience patience) throws IOException {
    long began = System.nanoTime();
    Holder told = null;
    while (!isTaken(file)) {
      Holder holder = holder(file);
      long millis = patience.with(holder);
      if (System.nanoTime() - began >= millis * 1_000_000) {
        throw new FolderInUseException(
            "%s is in use by %s: stop it, or give each one a folder of its own"
                .formatted(folder, holder));
      }
      if (!holder.equals(told)) {
        LOG.infof("%s is in use by %s: waiting for its end, at most %d ms", folder, holder, millis);
        told = holder;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static boolean isTaken(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException thisProcess) {
      return false;
    }
  }

  private static Holder holder(FileChannel file) {
    ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
    try {
      file.read(bytes, 0);
    } catch (IOException unreadable) {
      return new Holder(0, false);
    }
    Matcher said = SAID.matcher(StandardCharsets.US_ASCII.decode(bytes.flip()));
    return said.lookingAt()
        ? new Holder(Long.parseUnsignedLong(said.group(1)), said.group(2) != null)
        : new Holder(0, false);
  }

  /** From now on whoever wants the folder waits for the end of this process. */
  void ending() {
    say(" ends");
  }

  /** On a full disk nothing is said, and the folder is held all the same. */
  private void say(String more) {
    String text = "process " + ProcessHandle.current().pid() + more + "\n";
    try {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
      file.truncate(text.length());
    } catch (IOException full) {
      LOG.debugf("Who has the folder could not be written: %s", full);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
