package io.nanomq.backend;

/** What a back end says. */
public enum BackendAnswer {
  /** Yes: status 200. */
  ALLOW,

  /** No: any other status below 500, but 429. */
  DENY,

  /** Nothing: it cannot be reached, hangs, fails (5xx), has too much to do (429), or we have. */
  AWAY
}
