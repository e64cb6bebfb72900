package io.nanomq.api.auth;

import io.smallrye.jwt.auth.principal.ParseException;

/** All that is wrong with a token is that it has expired, or never would. */
final class ExpiredTokenException extends ParseException {
  ExpiredTokenException() {
    super("The token has expired");
  }
}
