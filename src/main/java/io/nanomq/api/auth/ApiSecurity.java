package io.nanomq.api.auth;

import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.model.HttpServerConf.AuthType;
import io.nanomq.tls.JwtKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an {@code Authorization} header opens the API. Knows no HTTP framework, so that
 * every case of it can be tested; made anew for each request, because what it goes by may have
 * changed since the last one.
 *
 * @param conf says which credentials are right
 * @param keys what tokens are held against; where there are none, none is right
 * @param now the time
 */
public record ApiSecurity(HttpServerConf conf, Optional<JwtKeys> keys, Instant now) {
  private static final String BASIC = "Basic ";
  private static final String BEARER = "Bearer ";

  /** Longest name and password that are looked at, in characters; the reference breaks at 3,000. */
  private static final int MAX_PASSWORD = 2048;

  /** Longest token, in characters; what is much longer does not fit into the headers anyway. */
  private static final int MAX_TOKEN = 8192;

  /**
   * Checks a request.
   *
   * @param header value of {@code Authorization}, null where the request had none
   * @return known, or 104 where no credentials of the configured scheme were given (its case does
   *     not count [RFC 9110, 11.1]), 103 where they are wrong or unreadable, 116 for a token that
   *     has expired
   */
  public Caller request(@Nullable String header) {
    if (conf.authType() == AuthType.BASIC) {
      return login(header);
    }
    String token = credential(header, BEARER);
    if (token.isEmpty()) {
      return Caller.withoutCredentials();
    }
    // Without a key the API is closed, never open.
    return token.length() > MAX_TOKEN
        ? Caller.wrong()
        : keys.map(held -> Tokens.check(token, held, now)).orElseGet(Caller::wrong);
  }

  /** The same where name and password are asked for, whatever else the API goes by. */
  public Caller login(@Nullable String header) {
    String credential = credential(header, BASIC);
    if (credential.isEmpty()) {
      return Caller.withoutCredentials();
    }
    return matches(credential) ? Caller.known(conf.username()) : Caller.wrong();
  }

  /**
   * All that decides whether the same credentials are right: user and password, or the key and
   * issuer of tokens. Where it is another, they may be no longer.
   */
  public List<Object> grounds() {
    if (conf.authType() == AuthType.BASIC) {
      return List.of(AuthType.BASIC, conf.username(), conf.password());
    }
    return keys.map(held -> List.<Object>of(AuthType.JWT, held.issuer(), held.publicKey()))
        .orElseGet(() -> List.of(AuthType.JWT));
  }

  private static String credential(@Nullable String header, String scheme) {
    return header == null || !header.regionMatches(true, 0, scheme, 0, scheme.length())
        ? ""
        : header.substring(scheme.length()).strip();
  }

  // One comparison of the whole pair, in a time that tells neither name nor password. An empty pair
  // in the configuration would be guessed at once, so it opens nothing.
  private boolean matches(String credential) {
    if (credential.length() > MAX_PASSWORD
        || conf.username().isEmpty()
        || conf.password().isEmpty()) {
      return false;
    }
    try {
      byte[] given = Base64.getDecoder().decode(credential);
      String expected = conf.username() + ":" + conf.password();
      return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given);
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }
}
