package io.nanomq.api.auth;

import java.util.List;

/**
 * What the credentials of a caller who was let in are good for.
 *
 * @param grounds what they were held against, see {@link ApiSecurity#grounds}; they hold as long as
 *     that is the same
 * @param until last second since 1970 that they are good for, {@link Caller#ALWAYS} where they do
 *     not expire
 */
public record Access(List<Object> grounds, long until) {
  /** Of nobody: good for nothing. */
  public static final Access NONE = new Access(List.of(), 0);

  /** Without the grounds, since records end up in logs. */
  @Override
  public String toString() {
    return "Access[until=" + until + "]";
  }
}
