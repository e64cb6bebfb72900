package io.nanomq.api.auth;

import io.nanomq.config.RunningConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.model.HttpServerConf.AuthType;
import io.nanomq.control.access.StoredApiAccounts;
import io.nanomq.http.ApiTokenKeys;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * All that decides whether the same credentials are right: users and passwords, and the key and
 * issuer of tokens. Where it is another, they may be no longer.
 */
@Singleton
public class CredentialSettings {
  private final RunningConf conf;
  private final ApiTokenKeys tokenKeys;
  private final StoredApiAccounts accounts;

  public CredentialSettings(RunningConf conf, ApiTokenKeys tokenKeys, StoredApiAccounts accounts) {
    this.conf = conf;
    this.tokenKeys = tokenKeys;
    this.accounts = accounts;
  }

  public List<Object> now() {
    Object stored = accounts.current();
    HttpServerConf http = conf.current().httpServer();
    return http.authType() == AuthType.BASIC
        ? List.of(AuthType.BASIC, stored, http.username(), http.password())
        : tokenKeys
            .current()
            .map(
                held ->
                    List.<Object>of(
                        AuthType.JWT,
                        stored,
                        held.issuer(),
                        held.publicKey(),
                        http.username(),
                        http.password()))
            .orElseGet(() -> List.of(AuthType.JWT));
  }

  /** Calls {@code listener} after each change; it may not block. */
  public void whenReplaced(Runnable listener) {
    conf.whenReplaced(listener);
    tokenKeys.whenReplaced(listener);
    accounts.whenReplaced(listener);
  }
}
