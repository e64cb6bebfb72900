package io.nanomq.rule.sql;

import io.nanomq.tls.PemFiles;
import io.nanomq.tls.TlsKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import javax.net.ssl.TrustManager;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.HostAddress;
import org.mariadb.jdbc.export.ExceptionFactory;
import org.mariadb.jdbc.plugin.tls.main.DefaultTlsSocketPlugin;

/**
 * TLS of MariaDB's driver with the authorities that it is given and no others: by itself it says
 * who comes to any server, and lets that show afterwards that it knows the password's hash. Found
 * by the driver among the services.
 */
public final class StrictTls extends DefaultTlsSocketPlugin {
  @Override
  public String type() {
    return "nanomq";
  }

  @Override
  public TrustManager[] getTrustManager(
      Configuration conf, ExceptionFactory failures, HostAddress host) throws SQLException {
    String authorities = conf.serverSslCert();
    if (authorities == null) {
      throw new SQLException("no authorities", Dialect.CONNECTION_LOST);
    }
    try {
      byte[] pem = authorities.getBytes(StandardCharsets.US_ASCII);
      return TlsKeys.trust(PemFiles.certificates(pem)).getTrustManagers();
    } catch (IOException | GeneralSecurityException e) {
      throw new SQLException(e.getMessage(), Dialect.CONNECTION_LOST, e);
    }
  }
}
