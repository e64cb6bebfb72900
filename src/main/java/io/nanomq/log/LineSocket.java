package io.nanomq.log;

import java.io.IOException;

/** Takes lines of the log; blocks, and is used by the log's own thread only. */
interface LineSocket {
  /** How long a line may take. Whoever does not read holds up nobody who closes the log. */
  int SEND_MILLIS = 1_000;

  /**
   * @throws IOException where it is not taken within {@link #SEND_MILLIS} either
   */
  void send(byte[] line) throws IOException;

  void close();
}
