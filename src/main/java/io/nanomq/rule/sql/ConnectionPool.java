package io.nanomq.rule.sql;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalConnectionFactoryConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.nanomq.config.model.RulesConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.tls.PemFiles;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.TlsKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one data base. Where there cannot be one, the file of the authorities is read once
 * more, since it may be another one meanwhile. Safe for any thread.
 */
final class ConnectionPool implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Path FOLDER = Path.of("");

  private final RulesConf.Sink conf;
  private final Dialect dialect;
  private final Class<?> driver;
  private final PemSource pems;
  private @Nullable AgroalDataSource pool;
  private @Nullable String trusted;
  private boolean closed;

  /**
   * @throws SQLException where there cannot be a pool
   * @throws ClassNotFoundException where the broker was built without the driver
   */
  ConnectionPool(RulesConf.Sink conf, PemSource pems) throws SQLException, ClassNotFoundException {
    this.conf = conf;
    this.dialect = Dialect.of(conf);
    this.driver = dialect.driver();
    this.pems = pems;
    if (conf.tls() == null) {
      pool();
    }
  }

  /** Blocks; to be closed by the caller. */
  Connection connection() throws SQLException {
    AgroalDataSource now = pool();
    try {
      return now.getConnection();
    } catch (SQLException e) {
      renew(now);
      throw new SQLException(Dialect.explained(e), e.getSQLState(), e.getErrorCode(), e);
    }
  }

  private synchronized AgroalDataSource pool() throws SQLException {
    if (closed) {
      throw new SQLException("closed", Dialect.CONNECTION_LOST);
    }
    if (pool == null) {
      String authorities = authorities();
      pool = open(authorities);
      trusted = authorities;
    }
    return pool;
  }

  private synchronized void renew(AgroalDataSource failed) throws SQLException {
    if (pool == failed && !Objects.equals(trusted, authorities())) {
      pool = null;
      failed.close();
    }
  }

  /** PEM of whom to trust; null = anybody, or there is no TLS. */
  private @Nullable String authorities() throws SQLException {
    TlsConf tls = conf.tls();
    if (tls == null || !tls.verifyPeer()) {
      return null;
    }
    String file = tls.caCertFile();
    try {
      return file.isEmpty()
          ? PemFiles.text(TlsKeys.usualAuthorities())
          : PemFiles.certificatesOnly(pems.read(FOLDER.resolve(file)));
    } catch (IOException | GeneralSecurityException e) {
      String what = file + " of ssl.cacertfile cannot be used: " + e.getMessage();
      throw new SQLException(what, Dialect.CONNECTION_LOST, e);
    }
  }

  private AgroalDataSource open(@Nullable String authorities) throws SQLException {
    return AgroalDataSource.from(
        new AgroalDataSourceConfigurationSupplier()
            .connectionPoolConfiguration(
                pool ->
                    pool.maxSize(dialect.connections())
                        .acquisitionTimeout(PATIENCE)
                        .exceptionSorter(dialect::isLost)
                        .validateOnBorrow(true)
                        .connectionValidator(ConnectionValidator.defaultValidator())
                        .connectionFactoryConfiguration(factory -> driver(factory, authorities))));
  }

  private AgroalConnectionFactoryConfigurationSupplier driver(
      AgroalConnectionFactoryConfigurationSupplier factory, @Nullable String authorities) {
    factory
        .connectionProviderClass(driver)
        .jdbcUrl(dialect.url(conf))
        .autoCommit(false)
        .loginTimeout(PATIENCE);
    dialect.properties(conf, authorities).forEach(factory::jdbcProperty);
    if (!conf.username().isEmpty()) {
      factory
          .principal(new NamePrincipal(conf.username()))
          .credential(new SimplePassword(conf.password()));
    }
    return factory;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (pool != null) {
      pool.close();
    }
  }
}
