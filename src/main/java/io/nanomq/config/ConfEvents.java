package io.nanomq.config;

/**
 * Told of every attempt to put a configuration in force. Called by the reconciler's own thread, one
 * call at a time; an implementation may block for a moment, and what it throws is logged and
 * changes nothing.
 */
public interface ConfEvents {
  /**
   * @param report where it did not apply, the configuration before goes on serving
   */
  void told(ConfReport report);
}
