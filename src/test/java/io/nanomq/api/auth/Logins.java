package io.nanomq.api.auth;

import io.nanomq.config.model.HttpServerConf;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.jwt.auth.principal.ParseException;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What becomes of credentials, without HTTP around them. */
final class Logins {
  private Logins() {}

  /**
   * A finished login.
   *
   * @param header value of Authorization
   * @param byPassword whether name and password are asked for
   */
  static ApiLogin of(
      String header, boolean byPassword, HttpServerConf conf, TokenVerifier verifier) {
    var login = new ApiLogin(byPassword, conf.authType(), ApiCaller.UNKNOWN);
    new ApiAuthentication(new PasswordProvider(() -> conf))
        .authenticate(header, login, providers(conf, verifier))
        .await()
        .indefinitely();
    return login;
  }

  /** A finished login by name and password. */
  static ApiLogin byPassword(String pair, PasswordProvider passwords, HttpServerConf conf) {
    var login = new ApiLogin(true, conf.authType(), ApiCaller.UNKNOWN);
    byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
    new ApiAuthentication(passwords)
        .authenticate(
            "Basic " + Base64.getEncoder().encodeToString(bytes),
            login,
            new IdentityProviderManager() {
              @Override
              public Uni<SecurityIdentity> authenticate(AuthenticationRequest request) {
                return passwords.authenticate(
                    (UsernamePasswordAuthenticationRequest) request,
                    work -> Uni.createFrom().item(work));
              }

              @Override
              public SecurityIdentity authenticateBlocking(AuthenticationRequest request) {
                return authenticate(request).await().indefinitely();
              }
            })
        .await()
        .indefinitely();
    return login;
  }

  // The framework's look-up of providers, and its provider of tokens.
  private static IdentityProviderManager providers(HttpServerConf conf, TokenVerifier verifier) {
    return new IdentityProviderManager() {
      @Override
      public Uni<SecurityIdentity> authenticate(AuthenticationRequest request) {
        return request instanceof UsernamePasswordAuthenticationRequest password
            ? new PasswordProvider(() -> conf).authenticate(password, null)
            : Uni.createFrom().item(() -> token((TokenAuthenticationRequest) request));
      }

      @Override
      public SecurityIdentity authenticateBlocking(AuthenticationRequest request) {
        return authenticate(request).await().indefinitely();
      }

      private SecurityIdentity token(TokenAuthenticationRequest request) {
        try {
          var principal = verifier.parse(request.getToken().getToken(), null);
          return QuarkusSecurityIdentity.builder().setPrincipal(principal).build();
        } catch (ParseException e) {
          throw new AuthenticationFailedException(e);
        }
      }
    };
  }
}
