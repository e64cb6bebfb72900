package io.nanomq.api.auth;

import io.nanomq.api.json.ResultCode;

/**
 * Who makes a request, as far as its credentials tell.
 *
 * @param verdict {@link ResultCode#SUCCEED}, or what to refuse the request with as 401
 * @param name user of a password, subject of a token; what to call somebody who is not known
 * @param until last second since 1970 that its credentials are good for, {@link #ALWAYS} where they
 *     do not expire
 */
public record Caller(ResultCode verdict, String name, long until) {
  static final long ALWAYS = Long.MAX_VALUE;

  private static final String UNKNOWN = "unknown";

  static Caller known(String name) {
    return known(name, ALWAYS);
  }

  static Caller known(String name, long until) {
    return new Caller(ResultCode.SUCCEED, name, until);
  }

  /** Name and password, or the token, are not right: what they say of themselves means nothing. */
  static Caller wrong() {
    return new Caller(ResultCode.WRONG_USERNAME_OR_PASSWORD, UNKNOWN, ALWAYS);
  }

  static Caller withoutCredentials() {
    return new Caller(ResultCode.EMPTY_USERNAME_OR_PASSWORD, UNKNOWN, ALWAYS);
  }

  static Caller expired() {
    return new Caller(ResultCode.TOKEN_EXPIRED, UNKNOWN, ALWAYS);
  }

  public boolean isKnown() {
    return verdict == ResultCode.SUCCEED;
  }
}
