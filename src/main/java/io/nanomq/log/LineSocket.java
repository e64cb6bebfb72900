package io.nanomq.log;

import java.io.IOException;

/** Takes lines of the log; blocks, and is used by the log's own thread only. */
interface LineSocket {
  void send(byte[] line) throws IOException;

  void close();
}
