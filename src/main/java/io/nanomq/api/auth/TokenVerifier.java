package io.nanomq.api.auth;

import io.nanomq.config.RunningConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.control.access.ApiAccounts;
import io.nanomq.control.access.Role;
import io.nanomq.control.access.StoredApiAccounts;
import io.nanomq.http.ApiTokenKeys;
import io.nanomq.tls.JwtKeys;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.DefaultJWTTokenParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.microprofile.jwt.Claims;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;

/**
 * Reads tokens as NanoMQ takes them: RS256, from the issuer that is named like the public key's
 * file, with an expiry. Other than NanoMQ this believes no header that names another algorithm. The
 * key is the one in force when the token comes. The parser knows no clock but the system's, so it
 * is told that clocks may be far apart, and the times are held against ours.
 */
@Singleton
@Alternative
@Priority(1)
public class TokenVerifier extends JWTCallerPrincipalFactory {
  /** How far the clocks of the issuer and of this machine may be apart. */
  static final int LEEWAY_SECONDS = 200;

  /** Claim that has the role, where there is one. */
  static final String ROLE = "role";

  /** Claim of tokens for stored accounts: what these were when it was made. */
  static final String ACCOUNT = "account";

  /** Claim of the administrator's tokens: {@link AdministratorMark} when it was made. */
  static final String ADMINISTRATOR = "administrator";

  /** What a token is called in the log that names no subject. */
  private static final String NO_SUBJECT = "token";

  private final DefaultJWTTokenParser parser = new DefaultJWTTokenParser();
  private final Supplier<Optional<JwtKeys>> keys;
  private final Clock clock;
  private final Supplier<ApiAccounts> accounts;
  private final Supplier<HttpServerConf> conf;

  @Inject
  public TokenVerifier(
      ApiTokenKeys keys, Clock clock, StoredApiAccounts accounts, RunningConf conf) {
    this(keys::current, clock, accounts::current, () -> conf.current().httpServer());
  }

  TokenVerifier(Supplier<Optional<JwtKeys>> keys, Clock clock, Supplier<HttpServerConf> conf) {
    this(keys, clock, () -> ApiAccounts.NONE, conf);
  }

  TokenVerifier(
      Supplier<Optional<JwtKeys>> keys,
      Clock clock,
      Supplier<ApiAccounts> accounts,
      Supplier<HttpServerConf> conf) {
    this.keys = keys;
    this.clock = clock;
    this.accounts = accounts;
    this.conf = conf;
  }

  /**
   * Holds a token against the keys; without any the API is closed, never open.
   *
   * @param configured the framework's own keys, of which there are none
   */
  @Override
  public JWTCallerPrincipal parse(String token, JWTAuthContextInfo configured)
      throws ParseException {
    JwtKeys held = keys.get().orElseThrow(() -> new ParseException("There is no key"));
    var expected = new JWTAuthContextInfo(held.publicKey(), held.issuer());
    expected.setSignatureAlgorithm(Set.of(SignatureAlgorithm.RS256));
    expected.setClockSkew(Integer.MAX_VALUE);
    expected.setRequireNamedPrincipal(false);
    expected.setMaxTimeToLiveSecs(-1L); // otherwise it wants to know when a token was made
    try {
      JwtClaims claims = parser.parse(token, expected).getJwtClaims();
      checkTimes(claims);
      checkAccount(claims);
      checkAdministrator(claims, held);
      return new VerifiedToken(claims, held);
    } catch (ParseException e) {
      throw isWithoutExpiry(e) ? new ExpiredTokenException() : e;
    } catch (MalformedClaimException e) {
      throw new ParseException("A time is none", e);
    }
  }

  /** Whether a token that was taken would be taken again; its times do not count. */
  boolean holds(VerifiedToken token) {
    JwtKeys held = keys.get().orElse(null);
    if (held == null
        || !held.issuer().equals(token.keys().issuer())
        || !held.publicKey().equals(token.keys().publicKey())) {
      return false;
    }
    try {
      checkAccount(token.claims());
      checkAdministrator(token.claims(), held);
      return true;
    } catch (ParseException | MalformedClaimException another) {
      return false;
    }
  }

  private void checkTimes(JwtClaims claims) throws ParseException, MalformedClaimException {
    long now = clock.instant().getEpochSecond();
    NumericDate begin = claims.getNotBefore();
    if (begin != null && begin.getValue() - LEEWAY_SECONDS > now) {
      throw new ParseException("The token is not good yet");
    }
    if (now - LEEWAY_SECONDS >= claims.getExpirationTime().getValue()) {
      throw new ExpiredTokenException();
    }
  }

  /** A token that was given for a stored account is good as long as that is what it was. */
  private void checkAccount(JwtClaims claims) throws ParseException, MalformedClaimException {
    // hasClaim finds none that is null, and no role at all would be an administrator's.
    var said = claims.getClaimsMap();
    if (said.containsKey(ROLE) && Role.of(String.valueOf(said.get(ROLE))).isEmpty()) {
      throw new ParseException("There is no such role");
    }
    if (said.containsKey(ACCOUNT)) {
      String was = String.valueOf(claims.getStringClaimValue(ACCOUNT));
      String subject = String.valueOf(claims.getSubject());
      if (!accounts.get().fingerprint(subject).filter(now -> now.equals(was)).isPresent()) {
        throw new ParseException("The account is another one");
      }
    }
  }

  /** Without a private key the mark cannot be made, and the signature alone counts. */
  private void checkAdministrator(JwtClaims claims, JwtKeys held) throws ParseException {
    Object was = claims.getClaimsMap().get(ADMINISTRATOR);
    if (was != null && !AdministratorMark.of(conf.get(), held).map(was::equals).orElse(true)) {
      throw new ParseException("The administrator has another name or password");
    }
  }

  /** Tokens of others that say none are an administrator's, as they are in NanoMQ. */
  static Role role(JsonWebToken token) {
    Object word = token.getClaim(ROLE);
    return word == null ? Role.ADMIN : Role.of(word.toString()).orElse(Role.VIEWER);
  }

  private static boolean isWithoutExpiry(ParseException e) {
    return e.getCause() instanceof InvalidJwtException invalid
        && invalid.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)
        && invalid.getErrorDetails().size() == 1;
  }

  /** Last second since 1970 that a token is taken. */
  static long until(JsonWebToken token) {
    return Math.min(token.getExpirationTime(), ApiLogin.ALWAYS - LEEWAY_SECONDS) + LEEWAY_SECONDS;
  }

  /** Whose it is, for the log. */
  static String subject(JsonWebToken token) {
    return token.getClaim(Claims.sub.name()) instanceof String name && !name.isBlank()
        ? name
        : NO_SUBJECT;
  }
}
