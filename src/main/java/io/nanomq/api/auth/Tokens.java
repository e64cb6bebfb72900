package io.nanomq.api.auth;

import io.nanomq.tls.JwtKeys;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;

/**
 * JSON Web Tokens as NanoMQ takes them: RS256, from the issuer that is named like the public key's
 * file, with an expiry. Other than NanoMQ this believes no header that names another algorithm.
 */
public final class Tokens {
  /** How far the clocks of the issuer and of this machine may be apart. */
  static final int LEEWAY_SECONDS = 200;

  /** What a token is called in the log that names no subject. */
  private static final String NO_SUBJECT = "token";

  /** What makes a token that is right otherwise one that has expired. */
  private static final Set<Integer> OF_EXPIRY =
      Set.of(ErrorCodes.EXPIRED, ErrorCodes.EXPIRATION_MISSING);

  private Tokens() {}

  /**
   * Holds a token against the keys.
   *
   * @return 103 where it is not one, or not from here; 116 where all that is wrong is that it has
   *     expired, or never would
   */
  static Caller check(String token, JwtKeys keys, Instant now) {
    // Three parts are a signed token. Five would be an encrypted one, which nobody sends us.
    if (token.chars().filter(c -> c == '.').count() != 2) {
      return Caller.wrong();
    }
    var consumer =
        new JwtConsumerBuilder()
            .setJwsAlgorithmConstraints(
                ConstraintType.PERMIT, AlgorithmIdentifiers.RSA_USING_SHA256)
            .setVerificationKey(keys.publicKey())
            .setExpectedIssuer(keys.issuer())
            .setRequireExpirationTime()
            .setAllowedClockSkewInSeconds(LEEWAY_SECONDS)
            .setEvaluationTime(NumericDate.fromMilliseconds(now.toEpochMilli()))
            .setSkipDefaultAudienceValidation()
            .build();
    try {
      JwtClaims claims = consumer.processToClaims(token);
      return Caller.known(subject(claims), until(claims));
    } catch (InvalidJwtException e) {
      boolean isExpired =
          !e.getErrorDetails().isEmpty()
              && e.getErrorDetails().stream()
                  .allMatch(why -> OF_EXPIRY.contains(why.getErrorCode()));
      return isExpired ? Caller.expired() : Caller.wrong();
    }
  }

  private static long until(JwtClaims claims) {
    try {
      long expiry = claims.getExpirationTime().getValue();
      return Math.min(expiry, Caller.ALWAYS - LEEWAY_SECONDS) + LEEWAY_SECONDS;
    } catch (MalformedClaimException e) {
      throw new IllegalStateException("it was read when the token was checked", e);
    }
  }

  private static String subject(JwtClaims claims) {
    try {
      String subject = claims.getSubject();
      return subject == null || subject.isBlank() ? NO_SUBJECT : subject;
    } catch (MalformedClaimException e) {
      return NO_SUBJECT;
    }
  }

  /**
   * A token for a user. Signing takes milliseconds: not for an event loop.
   *
   * @param lifetimeSeconds until it expires
   */
  static String issue(
      String user, String issuer, PrivateKey key, Instant now, long lifetimeSeconds) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(issuer);
    claims.setSubject(user);
    claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
    claims.setExpirationTime(NumericDate.fromSeconds(now.getEpochSecond() + lifetimeSeconds));
    claims.setGeneratedJwtId();
    JsonWebSignature signed = new JsonWebSignature();
    signed.setPayload(claims.toJson());
    signed.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
    signed.setHeader("typ", "JWT");
    signed.setKey(key);
    try {
      return signed.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException("the key was tried when it was read", e);
    }
  }
}
