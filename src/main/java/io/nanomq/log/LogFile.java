package io.nanomq.log;

import java.io.File;
import java.io.IOException;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.handlers.SizeRotatingFileHandler;

/**
 * A file of the log. Where the disk is full, or a rotation cannot open the new file, lines are
 * lost, which the console is told, and are written again once that works. Called by the log's own
 * thread.
 */
final class LogFile extends SizeRotatingFileHandler {
  private final File path;
  private final Outage outage;

  /**
   * @param bytes size at which it is rotated
   * @param count older files that are kept
   */
  LogFile(File file, long bytes, int count, Outage outage) throws IOException {
    super(file, true, bytes, count);
    this.path = file;
    this.outage = outage;
    setErrorManager(outage);
  }

  @Override
  protected void doPublish(ExtLogRecord line) {
    long lost = outage.lost();
    openAgain();
    super.doPublish(line);
    if (outage.lost() == lost) {
      outage.works();
    }
  }

  /** A rotation that cannot open the file has none, and the superclass writes nothing any more. */
  private void openAgain() {
    if (getFile() == null) {
      try {
        setFile(path);
      } catch (IOException stillNot) {
        outage.failed(String.valueOf(stillNot.getMessage()));
      }
    }
  }
}
