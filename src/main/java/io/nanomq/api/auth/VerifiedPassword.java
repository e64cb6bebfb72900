package io.nanomq.api.auth;

import io.nanomq.config.model.HttpServerConf;
import io.nanomq.control.access.ApiAccounts;
import org.jspecify.annotations.Nullable;

/**
 * A name and a password that were right, with what they were held against: that may be another at
 * any moment.
 *
 * @param accounts all that were stored
 * @param administrator the configuration whose administrator it is; null = a stored account
 */
record VerifiedPassword(String name, ApiAccounts accounts, @Nullable HttpServerConf administrator) {

  /** Whether they are right still, for as much. */
  boolean holds(ApiAccounts now, HttpServerConf conf) {
    return administrator == null
        ? accounts.fingerprint(name).equals(now.fingerprint(name))
        : administrator.username().equals(conf.username())
            && administrator.password().equals(conf.password());
  }

  /** Without what it was held against. */
  @Override
  public String toString() {
    return name;
  }
}
