package io.nanomq.config.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rule engine: what becomes of messages that a query finds.
 *
 * @param rules all rules, in the order of the document
 */
public record RulesConf(List<Rule> rules) {

  public RulesConf {
    rules = List.copyOf(rules);
  }

  /**
   * One rule.
   *
   * @param sql the query
   * @param sink where results go
   * @param target table of a data base, or topic of a broker
   */
  public record Rule(String sql, Sink sink, String target) {}

  /**
   * Where results go.
   *
   * @param kind {@code sqlite}, {@code mysql} or {@code repub}
   * @param address path of a file, host and port of a data base, or address of a broker
   * @param database name of the data base; empty where it has none
   * @param username user there; empty where unset
   * @param password its password; empty where unset
   * @param client how to connect to a broker; null for data bases
   */
  public record Sink(
      String kind,
      String address,
      String database,
      String username,
      String password,
      BridgeConf.@Nullable Client client) {

    /** Without the password, since records end up in logs. */
    @Override
    public String toString() {
      return kind + " " + address + " " + database;
    }
  }
}
