package io.nanomq.rule.sql;

import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * Gives PostgreSQL's driver the password, unless the server wants it in clear. Made by the driver.
 */
public final class PlainPasswordGuard implements AuthenticationPlugin {
  private final Properties properties;

  /**
   * @param properties of the connection
   */
  public PlainPasswordGuard(Properties properties) {
    this.properties = properties;
  }

  @Override
  public char @Nullable [] getPassword(AuthenticationRequestType type) throws PSQLException {
    if (type == AuthenticationRequestType.CLEARTEXT_PASSWORD) {
      throw new PSQLException(Dialect.PLAIN_PASSWORD, PSQLState.CONNECTION_REJECTED);
    }
    String password = properties.getProperty("password");
    return password == null ? null : password.toCharArray();
  }
}
