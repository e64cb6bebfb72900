package io.nanomq.log;

import java.io.File;
import java.io.IOException;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.handlers.SizeRotatingFileHandler;

/**
 * A file of the log. Where the disk is full lines are lost, which the console is told, and are
 * written again once there is room. Called by the log's own thread.
 */
final class LogFile extends SizeRotatingFileHandler {
  private final Outage outage;

  /**
   * @param bytes size at which it is rotated
   * @param count older files that are kept
   */
  LogFile(File file, long bytes, int count, Outage outage) throws IOException {
    super(file, true, bytes, count);
    this.outage = outage;
    setErrorManager(outage);
  }

  @Override
  protected void doPublish(ExtLogRecord line) {
    long lost = outage.lost();
    super.doPublish(line);
    if (outage.lost() == lost) {
      outage.works();
    }
  }
}
