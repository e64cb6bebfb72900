package io.nanomq.api.auth;

import io.nanomq.config.RunningConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.control.access.ApiAccounts;
import io.nanomq.control.access.Role;
import io.nanomq.control.access.StoredApiAccounts;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows the administrator, whom the running configuration names, and the users and keys that are
 * stored beside it.
 */
@Singleton
public class PasswordProvider implements IdentityProvider<UsernamePasswordAuthenticationRequest> {
  /**
   * Attributes of an identity: its {@link Role}, the last second that it is good for, and the
   * {@link VerifiedPassword}.
   */
  static final String ROLE = "nanomq.role";

  static final String UNTIL = "nanomq.until";
  static final String VERIFIED = "nanomq.verified";

  /** Attribute of a request: its {@link ApiCaller}. */
  static final String CALLER = "nanomq.caller";

  private final Supplier<HttpServerConf> conf;
  private final Supplier<ApiAccounts> accounts;
  private final Clock clock;
  private final VerifiedPasswords passwords = new VerifiedPasswords();
  private final PasswordChecks checks = new PasswordChecks();

  @Inject
  public PasswordProvider(RunningConf conf, StoredApiAccounts accounts, Clock clock) {
    this(() -> conf.current().httpServer(), accounts::current, clock);
  }

  PasswordProvider(Supplier<HttpServerConf> conf) {
    this(conf, () -> ApiAccounts.NONE, Clock.systemUTC());
  }

  PasswordProvider(Supplier<HttpServerConf> conf, Supplier<ApiAccounts> accounts, Clock clock) {
    this.conf = conf;
    this.accounts = accounts;
    this.clock = clock;
  }

  @PreDestroy
  void close() {
    checks.close();
  }

  @Override
  public Class<UsernamePasswordAuthenticationRequest> getRequestType() {
    return UsernamePasswordAuthenticationRequest.class;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      UsernamePasswordAuthenticationRequest request, AuthenticationRequestContext context) {
    String name = request.getUsername();
    String password = new String(request.getPassword().getPassword());
    SecurityIdentity known = known(name, password);
    if (known != null) {
      return Uni.createFrom().item(known);
    }
    ApiAccounts stored = accounts.get();
    ApiAccounts.Key key = stored.key(name).orElse(null);
    if (key != null) {
      return Uni.createFrom().item(() -> ofKey(stored, key, password));
    }
    if (stored.users().isEmpty()) {
      return Uni.createFrom().failure(new AuthenticationFailedException());
    }
    ApiAccounts.User user = stored.user(name).orElse(null);
    ApiCaller caller = request.getAttribute(CALLER);
    return checks.of(
        caller == null ? ApiCaller.UNKNOWN : caller, () -> ofUser(stored, user, password));
  }

  /**
   * Whom that opens for without a hash: the administrator, and a user whose password was right
   * before. Null of all others, right or wrong.
   */
  @Nullable SecurityIdentity known(String name, String password) {
    HttpServerConf http = conf.get();
    ApiAccounts stored = accounts.get();
    if (matches(name + ":" + password, http)) {
      return identity(new VerifiedPassword(name, stored, http), Role.ADMIN, ApiLogin.ALWAYS);
    }
    ApiAccounts.User user = stored.user(name).orElse(null);
    return user != null && passwords.knows(user, password) ? identity(stored, user) : null;
  }

  /** Whoever is not there costs as much as somebody who is. */
  private SecurityIdentity ofUser(
      ApiAccounts stored, ApiAccounts.@Nullable User user, String password) {
    boolean isRight = passwords.verify(user == null ? stored.users().get(0) : user, password);
    if (user == null || !isRight) {
      throw new AuthenticationFailedException();
    }
    return identity(stored, user);
  }

  private static SecurityIdentity identity(ApiAccounts stored, ApiAccounts.User user) {
    var by = new VerifiedPassword(user.username(), stored, null);
    return identity(by, user.role(), ApiLogin.ALWAYS);
  }

  private SecurityIdentity ofKey(ApiAccounts stored, ApiAccounts.Key key, String secret) {
    if (!isSame(key.secret(), StoredApiAccounts.hashOfSecret(secret))) {
      throw new AuthenticationFailedException();
    }
    Long until = key.until();
    if (until != null && until <= clock.instant().getEpochSecond()) {
      throw new AuthenticationFailedException(new ExpiredTokenException());
    }
    var by = new VerifiedPassword(key.id(), stored, null);
    return identity(by, key.role(), until == null ? ApiLogin.ALWAYS : until);
  }

  private static SecurityIdentity identity(VerifiedPassword by, Role role, long until) {
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(new QuarkusPrincipal(by.name()))
        .addAttribute(ROLE, role)
        .addAttribute(UNTIL, until)
        .addAttribute(VERIFIED, by)
        .build();
  }

  // One comparison of the whole pair, in a time that tells neither name nor password. An empty pair
  // in the configuration would be guessed at once, so it opens nothing.
  private static boolean matches(String given, HttpServerConf conf) {
    if (conf.username().isEmpty() || conf.password().isEmpty()) {
      return false;
    }
    return isSame(conf.username() + ":" + conf.password(), given);
  }

  private static boolean isSame(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
