package io.nanomq.rule.sql;

import io.nanomq.config.model.RulesConf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What differs from data base to data base. */
enum Dialect {
  SQLITE(
      "org.sqlite.JDBC",
      "\"",
      "\"RowId\" INTEGER PRIMARY KEY AUTOINCREMENT",
      "TEXT",
      Map.of("busy_timeout", "5000", "journal_mode", "WAL")) {
    @Override
    String url(RulesConf.Sink sink) {
      return "jdbc:sqlite:" + sink.address();
    }

    /** One writes at a time. */
    @Override
    int connections() {
      return 1;
    }
  },
  MYSQL(
      "org.mariadb.jdbc.Driver",
      "`",
      "`idx` BIGINT AUTO_INCREMENT PRIMARY KEY",
      "LONGTEXT",
      Map.of(
          "connectTimeout", "5000",
          "socketTimeout", "30000",
          "allowLocalInfile", "false",
          // Another host would be none that anybody has allowed.
          "permitRedirect", "false")) {
    @Override
    void secure(RulesConf.Sink sink, @Nullable String authorities, Map<String, String> to) {
      boolean isClear = sink.tls() == null;
      to.put("allowPublicKeyRetrieval", String.valueOf(isClear && isHere(sink)));
      if (authorities != null) {
        to.put("sslMode", "verify-full");
        to.put("serverSslCert", authorities);
        to.put("tlsSocketType", STRICT_TLS);
      } else {
        to.put("sslMode", isClear ? "disable" : "trust");
      }
      if (isClear && !isHere(sink)) {
        to.put("restrictedAuth", NO_PLAIN_PASSWORD);
      }
    }

    @Override
    String url(RulesConf.Sink sink) {
      return "jdbc:mariadb://" + sink.address() + "/" + sink.database();
    }
  },
  POSTGRESQL(
      "org.postgresql.Driver",
      "\"",
      "\"idx\" BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
      "TEXT",
      // Columns of tables that are there already may be of any type that a text can be read as.
      Map.of("connectTimeout", "5", "socketTimeout", "30", "stringtype", "unspecified")) {
    @Override
    String url(RulesConf.Sink sink) {
      return "jdbc:postgresql://" + sink.address() + "/" + sink.database();
    }

    @Override
    void secure(RulesConf.Sink sink, @Nullable String authorities, Map<String, String> to) {
      if (sink.tls() != null) {
        to.put("sslmode", authorities == null ? "require" : "verify-full");
        to.put("sslfactory", DatabaseSockets.class.getName());
        to.put("sslfactoryarg", authorities == null ? DatabaseSockets.ANYBODY : authorities);
        to.put("gssEncMode", "disable");
      } else if (!isHere(sink)) {
        to.put("authenticationPluginClassName", PLAIN_PASSWORD_GUARD);
      }
    }
  };

  /** Why a server is not told the password. */
  static final String PLAIN_PASSWORD =
      "the server wants the password in a form that who is in between can read, and gets it with"
          + " TLS only: ssl.enable of the connection";

  /** The interface that it implements is the driver's. */
  private static final String PLAIN_PASSWORD_GUARD = "io.nanomq.rule.sql.PlainPasswordGuard";

  /** Name of {@link StrictTls}, which cannot be loaded without the driver. */
  private static final String STRICT_TLS = "nanomq";

  private static final String NO_PLAIN_PASSWORD =
      "mysql_native_password,client_ed25519,parsec,caching_sha2_password,auth_gssapi_client";

  /** MariaDB's driver: plugins that send it as it is, or under a key that anybody may give. */
  private static final Pattern ASKS_FOR_PASSWORD =
      Pattern.compile(
          "RSA public key is not available|doesn't permit requested plugin|SSL is not enabled\\.");

  /** Class of SQL states. */
  static final String CONNECTION_LOST = "08";

  private static final String SERVER_STOPS = "57P";
  private static final int SQLITE_BUSY = 5;
  private static final int SQLITE_LOCKED = 6;

  private final String driver;
  private final String quote;
  private final String number;
  private final String text;
  private final Map<String, String> properties;

  /**
   * @param number definition of the column that numbers the rows
   * @param text type of texts of any length
   * @param properties of the driver
   */
  Dialect(String driver, String quote, String number, String text, Map<String, String> properties) {
    this.driver = driver;
    this.quote = quote;
    this.number = number;
    this.text = text;
    this.properties = properties;
  }

  static Dialect of(RulesConf.Sink sink) {
    return switch (sink.kind()) {
      case "sqlite" -> SQLITE;
      case "mysql" -> MYSQL;
      default -> POSTGRESQL;
    };
  }

  abstract String url(RulesConf.Sink sink);

  int connections() {
    return 2;
  }

  /**
   * Of the driver.
   *
   * @param authorities whom to trust, PEM; null = anybody, or there is no TLS
   */
  Map<String, String> properties(RulesConf.Sink sink, @Nullable String authorities) {
    Map<String, String> all = new HashMap<>(properties);
    secure(sink, authorities, all);
    return all;
  }

  /** Without TLS no password goes over a network so that who is in between can read it. */
  void secure(RulesConf.Sink sink, @Nullable String authorities, Map<String, String> to) {}

  /** By what is written, since a name may lead elsewhere the next time. */
  static boolean isHere(RulesConf.Sink sink) {
    InetAddress address = NetUtil.createInetAddressFromIpAddressString(sink.host());
    return sink.host().equalsIgnoreCase("localhost")
        || address != null && address.isLoopbackAddress();
  }

  /** What the driver says, with the key that helps. */
  static String explained(SQLException failure) {
    String text = String.valueOf(failure.getMessage());
    return ASKS_FOR_PASSWORD.matcher(text).find() ? text + ": " + PLAIN_PASSWORD : text;
  }

  /**
   * @throws ClassNotFoundException where the broker was built without it
   */
  Class<?> driver() throws ClassNotFoundException {
    return Class.forName(driver);
  }

  /** Names were checked: letters, digits, underscores, and a dot between schema and table. */
  private String quoted(String name) {
    return Stream.of(name.split("\\."))
        .map(part -> quote + part + quote)
        .collect(Collectors.joining("."));
  }

  String createTable(String table, List<String> columns, List<String> whole) {
    String definitions =
        columns.stream()
            .map(column -> quoted(column) + " " + (whole.contains(column) ? "BIGINT" : text))
            .collect(Collectors.joining(", "));
    return "CREATE TABLE IF NOT EXISTS " + quoted(table) + " (" + number + ", " + definitions + ")";
  }

  String insert(String table, List<String> columns) {
    String names = columns.stream().map(this::quoted).collect(Collectors.joining(", "));
    String places = columns.stream().map(column -> "?").collect(Collectors.joining(", "));
    return "INSERT INTO " + quoted(table) + " (" + names + ") VALUES (" + places + ")";
  }

  /** Whether a connection is of no use after this. */
  boolean isLost(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    return failure instanceof SQLRecoverableException
        || failure instanceof SQLNonTransientConnectionException
        || state.startsWith(CONNECTION_LOST)
        || state.startsWith(SERVER_STOPS);
  }

  /** Whether the same may go well later. */
  boolean isTransient(SQLException failure) {
    int code = failure.getErrorCode() & 0xFF;
    boolean isBusy = this == SQLITE && (code == SQLITE_BUSY || code == SQLITE_LOCKED);
    return failure instanceof SQLTransientException
        || isLost(failure)
        || failure.getSQLState() == null && this != SQLITE
        || isBusy;
  }
}
