package io.nanomq.api.auth;

import io.nanomq.tls.JwtKeys;
import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipal;
import org.jose4j.jwt.JwtClaims;

/** A token that was right, with the key that it was held against. */
final class VerifiedToken extends DefaultJWTCallerPrincipal {
  private final JwtClaims claims;
  private final JwtKeys keys;

  VerifiedToken(JwtClaims claims, JwtKeys keys) {
    super(claims);
    this.claims = claims;
    this.keys = keys;
  }

  JwtClaims claims() {
    return claims;
  }

  JwtKeys keys() {
    return keys;
  }
}
