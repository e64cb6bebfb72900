package io.nanomq.authn;

import io.nanomq.codec.ReasonCode;
import io.nanomq.config.model.AclRuleConf;
import io.nanomq.config.model.ChainConf.TokenConf;
import io.nanomq.loop.BlockingWork;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Tokens (JWT, RFC 7519) in place of a password, or as the data of the authentication method
 * {@value #METHOD}. What is no token is passed on; one that is not right is refused. Immutable.
 *
 * @param worker verifies; bounded: what it refuses is answered with server busy
 */
record TokenLink(
    TokenConf conf, TokenKeys keys, BiConsumer<Object, BlockingWork.Work> worker, Clock clock)
    implements AuthLink {
  static final String NAME = "jwt";

  /** As an MQTT 5 client names it. */
  static final String METHOD = "JWT";

  private static final Logger LOG = Logger.getLogger(TokenLink.class);

  /** Longer passwords are no tokens. */
  private static final int MAX_TOKEN_BYTES = 16 * 1024;

  /** Of several keys that fit, so many are tried. */
  private static final int MAX_TRIED = 8;

  private static final Map<String, String> KEY_TYPES = Map.of("RS256", "RSA", "ES256", "EC");

  /** What a token's header says. */
  private record Header(String algorithm, @Nullable String keyId) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean speaks(@Nullable String method) {
    return method == null || method.equals(METHOD);
  }

  @Override
  public void ask(Login login, Consumer<Verdict> answer) {
    byte[] shown = login.method() == null ? login.connect().password() : login.data();
    String token =
        shown == null || shown.length > MAX_TOKEN_BYTES
            ? ""
            : new String(shown, StandardCharsets.ISO_8859_1);
    Header header = header(token);
    if (header == null) {
      answer.accept(login.method() == null ? Verdict.PASS : wrong(login));
    } else {
      verify(new Attempt(login, token, header, answer), true);
    }
  }

  @Override
  public boolean holds(ClientIdentity identity) {
    String thumbprint = identity.grant();
    return thumbprint != null && keys.has(thumbprint);
  }

  /** Null where it is no signed token. */
  private static @Nullable Header header(String token) {
    int first = token.indexOf('.');
    int last = token.lastIndexOf('.');
    if (first <= 0 || token.indexOf('.', first + 1) != last || last == first) {
      return null;
    }
    try {
      byte[] json = Base64.getUrlDecoder().decode(token.substring(0, first));
      Map<String, Object> fields = JsonUtil.parseJson(new String(json, StandardCharsets.UTF_8));
      return fields.get("alg") instanceof String algorithm
          ? new Header(algorithm, fields.get("kid") instanceof String id ? id : null)
          : null;
    } catch (IllegalArgumentException | JoseException e) {
      return null;
    }
  }

  private static Verdict wrong(Login login) {
    return Verdict.deny(login.wrongCredentials(), NAME);
  }

  /**
   * @param mayRenew whether keys are read anew where none fits
   */
  private void verify(Attempt attempt, boolean mayRenew) {
    List<JsonWebKey> fitting = fitting(attempt.header);
    if (!fitting.isEmpty()) {
      worker.accept(attempt.login.peer().caller(), new Verification(attempt, fitting));
    } else if (mayRenew && KEY_TYPES.containsKey(attempt.header.algorithm)) {
      keys.renew(() -> verify(attempt, false));
    } else if (keys.known().isEmpty()) {
      attempt.answer.accept(Verdict.deny(ReasonCode.SERVER_UNAVAILABLE, NAME));
    } else {
      attempt.answer.accept(wrong(attempt.login));
    }
  }

  private List<JsonWebKey> fitting(Header header) {
    String type = KEY_TYPES.get(header.algorithm);
    return keys.known().stream()
        .filter(key -> key.getKeyType().equals(type))
        .filter(
            key ->
                key.getKeyId() == null
                    || header.keyId == null
                    || key.getKeyId().equals(header.keyId))
        .limit(MAX_TRIED)
        .toList();
  }

  private record Attempt(Login login, String token, Header header, Consumer<Verdict> answer) {}

  private final class Verification implements BlockingWork.Work {
    private final Attempt attempt;
    private final List<JsonWebKey> fitting;

    Verification(Attempt attempt, List<JsonWebKey> fitting) {
      this.attempt = attempt;
      this.fitting = fitting;
    }

    @Override
    public void run() {
      if (attempt.login.peer().isGone()) {
        refused();
      } else {
        attempt.answer.accept(verdict());
      }
    }

    @Override
    public void refused() {
      attempt.answer.accept(Verdict.deny(ReasonCode.SERVER_BUSY, NAME));
    }

    private Verdict verdict() {
      for (JsonWebKey key : fitting) {
        try {
          return Verdict.allow(identity(claims(key)).withGrant(TokenKeys.thumbprint(key)));
        } catch (InvalidJwtException | MalformedClaimException | RuntimeException e) {
          LOG.debugf("A token was refused: %s", e.getMessage());
        }
      }
      return wrong(attempt.login);
    }

    private JwtClaims claims(JsonWebKey key) throws InvalidJwtException {
      JwtConsumerBuilder expected =
          new JwtConsumerBuilder()
              .setVerificationKey(key.getKey())
              .setJwsAlgorithmConstraints(
                  AlgorithmConstraints.ConstraintType.PERMIT, attempt.header.algorithm)
              .setRequireExpirationTime()
              .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
              .setAllowedClockSkewInSeconds(conf.clockSkewSeconds());
      if (!conf.issuer().isEmpty()) {
        expected.setExpectedIssuer(conf.issuer());
      }
      if (conf.audience().isEmpty()) {
        expected.setSkipDefaultAudienceValidation();
      } else {
        expected.setExpectedAudience(conf.audience().toArray(String[]::new));
      }
      return expected.build().processToClaims(attempt.token);
    }

    private ClientIdentity identity(JwtClaims claims) throws MalformedClaimException {
      String user = claims.getStringClaimValue(conf.claims().user());
      if (user == null || user.isEmpty()) {
        throw new IllegalArgumentException("no claim " + conf.claims().user());
      }
      conf.expected().forEach((name, value) -> expect(claims, name, value));
      List<AclRuleConf> rules = TokenRules.of(claims.getClaimValue(conf.claims().rules()));
      long until = claims.getExpirationTime().getValueInMillis();
      long skewMillis = conf.clockSkewSeconds() * 1000L;
      return ClientIdentity.of(user, NAME, attempt.login.peer().listener())
          .withRules(rules)
          .withSuperuser(Boolean.TRUE.equals(claims.getClaimValue(conf.claims().superuser())))
          .withUntil(Math.min(until, ClientIdentity.FOREVER - skewMillis) + skewMillis);
    }

    private void expect(JwtClaims claims, String name, String value) {
      String user = attempt.login.connect().username();
      String expected =
          switch (value) {
            case "%c" -> attempt.login.connect().clientId();
            case "%u" -> user == null ? "" : user;
            default -> value;
          };
      Object found = claims.getClaimValue(name);
      if (found == null || !expected.equals(found.toString())) {
        throw new IllegalArgumentException("another claim " + name);
      }
    }
  }
}
