package io.nanomq.control;

import io.nanomq.Broker;
import java.io.IOException;

/** Something that a broker has to know before it lets the first client in. May block. */
public interface BeforeStart {
  /**
   * @throws IOException refuses the start
   */
  void prepare(Broker starting) throws IOException;
}
