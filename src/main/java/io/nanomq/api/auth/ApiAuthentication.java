package io.nanomq.api.auth;

import io.nanomq.api.json.ResultCode;
import io.nanomq.control.access.Role;
import io.quarkus.security.credential.PasswordCredential;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.smallrye.jwt.runtime.auth.JsonWebTokenCredential;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Basic and Bearer authentication. What is asked for is the configuration's choice and not the
 * caller's, so a scheme that is not asked for is as good as none. Failures do not end the request
 * here: {@link ApiLogin} has them, and the gate answers.
 */
@Singleton
public class ApiAuthentication implements HttpAuthenticationMechanism {
  private static final String BASIC = "Basic ";
  private static final String BEARER = "Bearer ";

  /** Longest name and password that are looked at, in characters; the reference breaks at 3,000. */
  private static final int MAX_PASSWORD = 2048;

  /** Longest token, in characters; what is much longer does not fit into the headers anyway. */
  private static final int MAX_TOKEN = 8192;

  private final PasswordProvider passwords;

  public ApiAuthentication(PasswordProvider passwords) {
    this.passwords = passwords;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager providers) {
    ApiLogin login = ApiLogin.of(context);
    return login == null
        ? Uni.createFrom().nullItem()
        : authenticate(context.request().getHeader(HttpHeaders.AUTHORIZATION), login, providers);
  }

  /**
   * Checks the credentials of a request.
   *
   * @param header value of {@code Authorization}, null where the request had none; the case of its
   *     scheme does not count [RFC 9110, 11.1]
   */
  Uni<SecurityIdentity> authenticate(
      @Nullable String header, ApiLogin login, IdentityProviderManager providers) {
    String credential = credential(header, login.byPassword() ? BASIC : BEARER);
    if (credential.isEmpty()) {
      return Uni.createFrom().nullItem();
    }
    AuthenticationRequest request = login.byPassword() ? password(credential) : token(credential);
    if (request == null) {
      login.fail(ResultCode.WRONG_USERNAME_OR_PASSWORD);
      return Uni.createFrom().nullItem();
    }
    SecurityIdentity known = known(request);
    if (known != null) {
      succeed(login, known);
      return Uni.createFrom().item(known);
    }
    request.setAttribute(PasswordProvider.CALLER, login.caller());
    return providers
        .authenticate(request)
        .invoke(identity -> succeed(login, identity))
        .onFailure()
        .recoverWithUni(
            failure -> {
              login.fail(
                  failure.getCause() instanceof ExpiredTokenException
                      ? ResultCode.TOKEN_EXPIRED
                      : ResultCode.WRONG_USERNAME_OR_PASSWORD);
              return Uni.createFrom().nullItem();
            });
  }

  // The framework's own way to a provider costs more than the rest of such a login.
  private @Nullable SecurityIdentity known(AuthenticationRequest request) {
    return request instanceof UsernamePasswordAuthenticationRequest pair
        ? passwords.known(pair.getUsername(), new String(pair.getPassword().getPassword()))
        : null;
  }

  private static String credential(@Nullable String header, String scheme) {
    return header == null || !header.regionMatches(true, 0, scheme, 0, scheme.length())
        ? ""
        : header.substring(scheme.length()).strip();
  }

  private static @Nullable AuthenticationRequest password(String credential) {
    if (credential.length() > MAX_PASSWORD) {
      return null;
    }
    try {
      byte[] pair = Base64.getDecoder().decode(credential);
      String text = new String(pair, StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0
          ? null
          : new UsernamePasswordAuthenticationRequest(
              text.substring(0, colon),
              new PasswordCredential(text.substring(colon + 1).toCharArray()));
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  // Three parts are a signed token. Five would be an encrypted one, which nobody sends us.
  private static @Nullable AuthenticationRequest token(String credential) {
    return credential.length() > MAX_TOKEN || credential.chars().filter(c -> c == '.').count() != 2
        ? null
        : new TokenAuthenticationRequest(new JsonWebTokenCredential(credential));
  }

  private static void succeed(ApiLogin login, SecurityIdentity identity) {
    if (identity.getPrincipal() instanceof VerifiedToken token) {
      login.succeed(token);
    } else {
      Long until = identity.getAttribute(PasswordProvider.UNTIL);
      Role role = identity.getAttribute(PasswordProvider.ROLE);
      VerifiedPassword by = identity.getAttribute(PasswordProvider.VERIFIED);
      login.succeed(by, until, role);
    }
  }

  // NanoMQ sends none, but HTTP libraries that wait to be asked need it [RFC 9110, 15.5.2].
  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    ApiLogin login = ApiLogin.of(context);
    boolean byPassword = login == null || login.byPassword();
    return Uni.createFrom()
        .item(
            new ChallengeData(
                401,
                "WWW-Authenticate",
                byPassword
                    ? "Basic realm=\"nanomq\", charset=\"UTF-8\""
                    : "Bearer realm=\"nanomq\""));
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of(UsernamePasswordAuthenticationRequest.class, TokenAuthenticationRequest.class);
  }
}
