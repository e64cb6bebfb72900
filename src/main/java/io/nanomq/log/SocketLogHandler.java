package io.nanomq.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.logging.Formatter;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Sends each line to a socket. While nobody reads there the lines are dropped, which the console is
 * told, and it is tried again once a second: a log never holds the broker up. One lock; called by
 * the log's own thread.
 */
final class SocketLogHandler extends ExtHandler {
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Opener opener;
  private final Outage outage;
  private @Nullable LineSocket socket;
  private boolean isClosed;
  private long retryAtNanos = System.nanoTime();

  /** Connects. */
  interface Opener {
    LineSocket open() throws IOException;
  }

  SocketLogHandler(Opener opener, Formatter formatter, Outage outage) {
    this.opener = opener;
    this.outage = outage;
    setFormatter(formatter);
  }

  @Override
  protected void doPublish(ExtLogRecord line) {
    byte[] bytes = getFormatter().format(line).getBytes(StandardCharsets.UTF_8);
    synchronized (this) {
      if (isClosed) {
        return;
      }
      try {
        LineSocket to = connected();
        if (to == null) {
          outage.failed("nobody reads there");
        } else {
          to.send(bytes);
          outage.works();
        }
      } catch (IOException gone) {
        disconnect();
        outage.failed(String.valueOf(gone.getMessage()));
      }
    }
  }

  private @Nullable LineSocket connected() throws IOException {
    if (socket == null && System.nanoTime() - retryAtNanos >= 0) {
      retryAtNanos = System.nanoTime() + RETRY_NANOS;
      socket = opener.open();
    }
    return socket;
  }

  private void disconnect() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      disconnect();
    }
    super.close();
  }
}
