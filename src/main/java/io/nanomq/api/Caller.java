package io.nanomq.api;

/**
 * Who makes a request, as far as its credentials tell.
 *
 * @param verdict {@link ResultCode#SUCCEED}, or what to refuse the request with as 401
 * @param name user of a password, subject of a token; what to call somebody who is not known
 */
record Caller(ResultCode verdict, String name) {
  private static final String UNKNOWN = "unknown";

  static Caller known(String name) {
    return new Caller(ResultCode.SUCCEED, name);
  }

  /** Name and password, or the token, are not right: what they say of themselves means nothing. */
  static Caller wrong() {
    return new Caller(ResultCode.WRONG_USERNAME_OR_PASSWORD, UNKNOWN);
  }

  static Caller withoutCredentials() {
    return new Caller(ResultCode.EMPTY_USERNAME_OR_PASSWORD, UNKNOWN);
  }

  static Caller expired() {
    return new Caller(ResultCode.TOKEN_EXPIRED, UNKNOWN);
  }

  boolean isKnown() {
    return verdict == ResultCode.SUCCEED;
  }
}
