package io.nanomq.api.auth;

import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.RequiredRole;
import io.nanomq.config.RunningConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.control.access.Role;
import io.nanomq.http.ApiTokenKeys;
import io.nanomq.tls.JwtKeys;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.microprofile.jwt.Claims;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;

/**
 * {@code POST /api/v4/login}: name and password in, as HTTP Basic, a token out. The gate has
 * checked them, and that tokens are of use.
 */
@Path(ApiRoutes.LOGIN)
public class LoginResource {
  private final RunningConf conf;
  private final ApiTokenKeys tokenKeys;
  private final Clock clock;

  public LoginResource(RunningConf conf, ApiTokenKeys tokenKeys, Clock clock) {
    this.conf = conf;
    this.tokenKeys = tokenKeys;
    this.clock = clock;
  }

  @POST
  @Blocking
  @RequiredRole(Role.VIEWER)
  @Operation(
      operationId = "login",
      summary = "A token for a user name and a password",
      description = "Only where a private key is configured")
  @Extension(name = ApiRoutes.ERRORS, value = "404/102")
  @SecurityRequirement(name = "basic")
  public ApiResult<TokenView> login(RoutingContext context) {
    JwtKeys keys = tokenKeys.current().orElseThrow(LoginResource::unknown);
    PrivateKey key = keys.privateKey();
    if (key == null) {
      throw unknown();
    }
    ApiLogin login = Objects.requireNonNull(ApiLogin.of(context), "it came through the gate");
    Instant now = clock.instant();
    long left = login.until() - now.getEpochSecond();
    long seconds = Math.min(conf.current().httpServer().jwt().lifetimeSeconds(), left);
    String token = token(login, keys, key, now, seconds);
    context.response().putHeader("Cache-Control", "no-store");
    return ApiResult.of(new TokenView(token, "Bearer", seconds));
  }

  /** Marked with what the password was held against, which may be another by now. */
  static String token(ApiLogin login, JwtKeys keys, PrivateKey key, Instant now, long seconds) {
    VerifiedPassword by = Objects.requireNonNull(login.password(), "a login is by password");
    HttpServerConf administrator = by.administrator();
    JwtClaimsBuilder claims = claims(by.name(), keys.issuer(), now, seconds);
    if (administrator == null) {
      claims
          .claim(TokenVerifier.ROLE, login.role().word())
          .claim(TokenVerifier.ACCOUNT, by.accounts().fingerprint(by.name()).orElseThrow());
    } else {
      AdministratorMark.of(administrator, keys)
          .ifPresent(mark -> claims.claim(TokenVerifier.ADMINISTRATOR, mark));
    }
    return signed(claims, key);
  }

  /** Signing takes milliseconds: not for an event loop. */
  static String token(String user, String issuer, PrivateKey key, Instant now, long seconds) {
    return signed(claims(user, issuer, now, seconds), key);
  }

  private static JwtClaimsBuilder claims(String user, String issuer, Instant now, long seconds) {
    return Jwt.issuer(issuer)
        .subject(user)
        .issuedAt(now)
        .expiresAt(now.plusSeconds(seconds))
        .claim(Claims.jti, UUID.randomUUID().toString());
  }

  private static String signed(JwtClaimsBuilder claims, PrivateKey key) {
    return claims.jws().algorithm(SignatureAlgorithm.RS256).sign(key);
  }

  // The configuration has changed since the request came in.
  private static ApiException unknown() {
    return new ApiException(404, ResultCode.UNKNOWN_MISTAKE, "No such path");
  }
}
