package io.nanomq.authz;

/** Whose memory is taken by what is remembered for a client. */
public interface AccessRoom {
  /** Whether there is room for so many bytes more, which are taken then. */
  boolean take(int bytes);

  void give(int bytes);
}
