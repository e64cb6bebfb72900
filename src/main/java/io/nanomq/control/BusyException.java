package io.nanomq.control;

/** Too many changes of the configuration wait already, or one takes too long; try again later. */
public class BusyException extends RuntimeException {
  /** Says so to whoever asks for a change meanwhile. */
  public BusyException() {
    super("Another change of the configuration is under way");
  }
}
