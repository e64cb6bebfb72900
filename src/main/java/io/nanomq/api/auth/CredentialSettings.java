package io.nanomq.api.auth;

import io.nanomq.config.RunningConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.control.access.StoredApiAccounts;
import io.nanomq.http.ApiTokenKeys;
import jakarta.inject.Singleton;

/**
 * All that decides whether the same credentials are right: users and passwords, and the key and
 * issuer of tokens.
 */
@Singleton
public class CredentialSettings {
  private final RunningConf conf;
  private final ApiTokenKeys tokenKeys;
  private final StoredApiAccounts accounts;
  private final TokenVerifier tokens;

  public CredentialSettings(
      RunningConf conf, ApiTokenKeys tokenKeys, StoredApiAccounts accounts, TokenVerifier tokens) {
    this.conf = conf;
    this.tokenKeys = tokenKeys;
    this.accounts = accounts;
    this.tokens = tokens;
  }

  /** Whether what let somebody in would do so now, and for as much; its time does not count. */
  public boolean hold(ApiLogin login) {
    HttpServerConf http = conf.current().httpServer();
    VerifiedPassword password = login.password();
    VerifiedToken token = login.token();
    return http.authType() == login.type()
        && (password == null || password.holds(accounts.current(), http))
        && (token == null || tokens.holds(token));
  }

  /** Calls {@code listener} after each change; it may not block. */
  public void whenReplaced(Runnable listener) {
    conf.whenReplaced(listener);
    tokenKeys.whenReplaced(listener);
    accounts.whenReplaced(listener);
  }
}
