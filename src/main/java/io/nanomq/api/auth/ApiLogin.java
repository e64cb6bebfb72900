package io.nanomq.api.auth;

import io.nanomq.api.json.ResultCode;
import io.nanomq.config.model.HttpServerConf.AuthType;
import io.nanomq.control.access.Role;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request: the gate begins it before credentials are looked at, and {@link
 * ApiAuthentication} tells what they are worth. Confined to the request.
 */
public final class ApiLogin {
  /** Of credentials that do not expire. */
  public static final long ALWAYS = Long.MAX_VALUE;

  private static final String KEY = ApiLogin.class.getName();

  private final boolean byPassword;
  private final AuthType type;
  private final ApiCaller caller;
  private ResultCode verdict = ResultCode.EMPTY_USERNAME_OR_PASSWORD;
  private String name = "unknown";
  private long until;
  private Role role = Role.VIEWER;
  private @Nullable VerifiedPassword password;
  private @Nullable VerifiedToken token;

  ApiLogin(boolean byPassword, AuthType type, ApiCaller caller) {
    this.caller = caller;
    this.byPassword = byPassword;
    this.type = type;
  }

  /**
   * From here on the request needs credentials.
   *
   * @param byPassword a name and a password, otherwise a token
   * @param type what all other requests need
   */
  public static void require(
      RoutingContext context, boolean byPassword, AuthType type, ApiCaller caller) {
    context.put(KEY, new ApiLogin(byPassword, type, caller));
  }

  /** Null where the request needs no credentials. */
  public static @Nullable ApiLogin of(RoutingContext context) {
    return context.get(KEY);
  }

  void succeed(VerifiedPassword by, long seconds, Role mayBe) {
    password = by;
    succeed(by.name(), seconds, mayBe);
  }

  void succeed(VerifiedToken by) {
    token = by;
    succeed(TokenVerifier.subject(by), TokenVerifier.until(by), TokenVerifier.role(by));
  }

  private void succeed(String who, long seconds, Role mayBe) {
    role = mayBe;
    verdict = ResultCode.SUCCEED;
    name = who;
    until = seconds;
  }

  void fail(ResultCode why) {
    verdict = why;
  }

  ApiCaller caller() {
    return caller;
  }

  boolean byPassword() {
    return byPassword;
  }

  AuthType type() {
    return type;
  }

  /** Null where it was none, or a wrong one. */
  @Nullable VerifiedPassword password() {
    return password;
  }

  /** Null where it was none, or a wrong one. */
  @Nullable VerifiedToken token() {
    return token;
  }

  /** {@link ResultCode#SUCCEED}, or what to refuse the request with as 401. */
  public ResultCode verdict() {
    return verdict;
  }

  public boolean isKnown() {
    return verdict == ResultCode.SUCCEED;
  }

  /** User of a password, subject of a token. */
  public String name() {
    return name;
  }

  /** What it may do. */
  public Role role() {
    return role;
  }

  /** Last second since 1970 that the credentials are good for. */
  public long until() {
    return until;
  }
}
