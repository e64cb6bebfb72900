package io.nanomq.config.model;

import io.nanomq.config.model.tls.TlsConf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rule engine: what becomes of messages that a query finds.
 *
 * @param rules all rules, in the order of the document; those that are switched off too
 */
public record RulesConf(List<Rule> rules) {
  /** Rules that there may be. */
  public static final int MAX_RULES = 1_000;

  /** Data bases, and web servers, that they may write to: each is a pool of connections. */
  public static final int MAX_SINKS = 64;

  public RulesConf {
    rules = List.copyOf(rules);
  }

  /**
   * One rule.
   *
   * @param id number that the API knows it by
   * @param enabled whether it is in force
   * @param sql the query
   * @param sink where results go
   * @param target table of a data base, or topic of a broker
   * @param place where it stands in the document
   */
  public record Rule(int id, boolean enabled, String sql, Sink sink, String target, Place place) {

    /** Whether another one does the same, wherever it stands. */
    public boolean doesTheSame(Rule other) {
      return enabled == other.enabled
          && sql.equals(other.sql)
          && sink.equals(other.sink)
          && target.equals(other.target);
    }
  }

  /**
   * Where a rule stands.
   *
   * @param section ids of its keys begin so, with a dot at the end
   * @param sqlKey id of the key with the query
   * @param captures name and number, as they are in the ids' places
   */
  public record Place(String section, String sqlKey, List<String> captures) {
    public Place {
      captures = List.copyOf(captures);
    }

    /** For look-ups of settings. */
    public String[] names() {
      return captures.toArray(String[]::new);
    }
  }

  /**
   * Where results go.
   *
   * @param kind {@code sqlite}, {@code mysql}, {@code postgresql}, {@code webhook} or {@code repub}
   * @param address path of a file, host and port of a data base, or address of a broker, empty =
   *     this one, or of a web server
   * @param database name of the data base; empty where it has none
   * @param username user there; empty where unset
   * @param password its password; empty where unset
   * @param client how to connect to a broker; null for data bases
   * @param tls of a data base that is a server; null = without
   */
  public record Sink(
      String kind,
      String address,
      String database,
      String username,
      String password,
      BridgeConf.@Nullable Client client,
      @Nullable TlsConf tls) {

    /** Without TLS. */
    public Sink(
        String kind,
        String address,
        String database,
        String username,
        String password,
        BridgeConf.@Nullable Client client) {
      this(kind, address, database, username, password, client, null);
    }

    /** Whether it is another broker's, or this one's, topic. */
    public boolean isBroker() {
      return client != null;
    }

    /** Whether it is a web server. */
    public boolean isWeb() {
      return kind.equals("webhook");
    }

    /** Of a data base that is a server; empty = it is something else. */
    public String host() {
      boolean isServer = !isBroker() && !isWeb() && !database.isEmpty();
      return isServer ? address.substring(0, address.lastIndexOf(':')) : "";
    }

    /** Without the password, since records end up in logs. */
    @Override
    public String toString() {
      return kind + " " + address + " " + database;
    }
  }
}
