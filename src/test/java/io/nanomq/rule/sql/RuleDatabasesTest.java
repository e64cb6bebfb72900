package io.nanomq.rule.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nanomq.config.Confs;
import io.nanomq.it.RawClient;
import io.nanomq.it.TestBroker;
import io.nanomq.rule.RuleFigures;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Results of rules become rows: SQLite always, PostgreSQL and MariaDB where they are installed. */
@Timeout(240)
@Tag("slow")
class RuleDatabasesTest {
  private static final String SQL = "SELECT qos, topic, clientid, payload.v AS v FROM \\\"in/#\\\"";

  @TempDir Path folder;

  private static void configure(TestBroker broker, String text) throws Exception {
    broker.reconfigure(Confs.load(text).conf());
  }

  private String sqlite(String table, String sql) {
    return "rules.sqlite { path = \"%s\", rules = [{ table = %s, sql = \"%s\" }] }\n"
        .formatted(folder.resolve("rules.db"), table, sql);
  }

  private static RuleFigures figures(TestBroker broker) {
    return broker.broker().integrations().rules().status().get(0).figures();
  }

  private static List<String> rows(String url, String user, String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url, user, "");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
      }
    }
    return rows;
  }

  private String sqliteUrl() {
    return "jdbc:sqlite:" + folder.resolve("rules.db");
  }

  private static void publish(RawClient pub, int id, String payload) {
    pub.publish("in/a", 1, id, payload.getBytes(UTF_8)).receive(4);
  }

  @Test
  void rowsGoToSqliteWhateverStandsInThem() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      configure(broker, sqlite("broker", SQL));
      RawClient pub = broker.raw(4).connected("o'dev\"; DROP TABLE broker; --", true);
      publish(pub, 1, "{\"v\":1.5}");
      publish(pub, 2, "{\"v\":\"x'); DELETE FROM broker; --\"}");
      publish(pub, 3, "no json");
      publish(pub, 4, "{\"v\":[1,{\"a\":null}]}");
      await().until(() -> figures(broker).passed() == 4);
      String who = "|in/a|o'dev\"; DROP TABLE broker; --|";
      assertThat(rows(sqliteUrl(), "", "SELECT * FROM broker ORDER BY RowId"))
          .containsExactly(
              "1|1" + who + "1.5",
              "2|1" + who + "x'); DELETE FROM broker; --",
              "3|1" + who + "null",
              "4|1" + who + "[1,{\"a\":null}]");
      pub.close();
    }
  }

  @Test
  void aRowThatIsRefusedCostsNoOtherItsPlace() throws Exception {
    try (Connection connection = DriverManager.getConnection(sqliteUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE narrow (v TEXT NOT NULL CHECK (length(v) < 4))");
    }
    try (TestBroker broker = TestBroker.start()) {
      configure(broker, sqlite("narrow", "SELECT payload.v AS v FROM 'in/#'"));
      RawClient pub = broker.raw(4).connected("dev", true);
      for (int i = 1; i <= 9; i++) {
        publish(pub, i, "{\"v\":\"" + (i % 3 == 0 ? "too long" : "v" + i) + "\"}");
      }
      await().until(() -> figures(broker).passed() + figures(broker).failed() == 9);
      assertThat(figures(broker).failed()).isEqualTo(3);
      assertThat(figures(broker).error()).isNotEmpty().doesNotContain("too long");
      assertThat(rows(sqliteUrl(), "", "SELECT v FROM narrow ORDER BY rowid"))
          .containsExactly("v1", "v2", "v4", "v5", "v7", "v8");
      pub.close();
    }
  }

  @Test
  void whatWaitsIsWrittenWhenTheRuleGoes() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      configure(broker, sqlite("broker", SQL));
      RawClient pub = broker.raw(4).connected("dev", true);
      int count = 3_000;
      for (int i = 0; i < count; i++) {
        pub.publish("in/a", 0, 0, ("{\"v\":" + i + "}").getBytes(UTF_8));
      }
      RuleFigures figures = figures(broker);
      await().until(() -> figures.matched() == count);
      configure(broker, "rules.option = off\n");
      await().until(() -> figures.passed() == count);
      List<String> values = rows(sqliteUrl(), "", "SELECT v FROM broker ORDER BY RowId");
      assertThat(values).hasSize(count);
      assertThat(values.subList(0, 3)).containsExactly("0", "1", "2");
      assertThat(values.get(count - 1)).isEqualTo(String.valueOf(count - 1));
      pub.close();
    }
  }

  @Test
  void rowsWaitForMariaDbWhileItIsAway() throws Exception {
    assumeTrue(MariaServer.isInstalled(), "MariaDB is not installed");
    try (MariaServer server = MariaServer.start();
        TestBroker broker = TestBroker.start()) {
      configure(
          broker,
          """
          rules.mysql.maria {
            conn { host = "127.0.0.1", port = %d, username = root, database = nano }
            rules = [{ table = events, sql = "%s" }]
          }
          """
              .formatted(server.port(), SQL));
      try (RawClient pub = broker.raw(4).connected("dev", true)) {
        publish(pub, 1, "{\"v\":\"it's\"}");
        await().until(() -> figures(broker).passed() == 1);
        server.halt();
        publish(pub, 2, "{\"v\":2}");
        await().until(() -> broker.broker().integrations().rules().databaseFigures().retries() > 0);
        server.resume();
        await().until(() -> figures(broker).passed() == 2);
      }
      assertThat(figures(broker).failed()).isZero();
      String query = "SELECT qos, clientid, v FROM events ORDER BY idx";
      assertThat(rows(server.url("nano"), "root", query)).containsExactly("1|dev|it's", "1|dev|2");
    }
  }

  @Test
  void rowsWaitForPostgresqlWhileItIsAway() throws Exception {
    Optional<Path> programs = PostgresServer.find();
    assumeTrue(programs.isPresent(), "PostgreSQL is not installed");
    try (PostgresServer server = PostgresServer.start(programs.get());
        TestBroker broker = TestBroker.start()) {
      configure(
          broker,
          """
          rules.postgresql.pg {
            conn { host = "127.0.0.1", port = %d, username = nano, database = postgres }
            rules = [{ table = events, sql = "%s" }]
          }
          """
              .formatted(server.port(), SQL));
      RawClient pub = broker.raw(4).connected("dev", true);
      publish(pub, 1, "{\"v\":\"it's\"}");
      await().until(() -> figures(broker).passed() == 1);
      server.halt();
      publish(pub, 2, "{\"v\":2}");
      publish(pub, 3, "{\"v\":\"a\\u0000b\"}");
      publish(pub, 4, "{\"v\":4}");
      await().until(() -> broker.broker().integrations().rules().databaseFigures().retries() > 0);
      assertThat(figures(broker).passed()).isEqualTo(1);
      server.resume();
      await()
          .untilAsserted(
              () ->
                  assertThat(figures(broker).passed())
                      .as(
                          () ->
                              "with "
                                  + broker
                                      .broker()
                                      .integrations()
                                      .rules()
                                      .databaseFigures()
                                      .error())
                      .isEqualTo(3));
      assertThat(figures(broker).failed()).as("PostgreSQL has no NUL").isEqualTo(1);
      assertThat(figures(broker).error()).contains("UTF8").doesNotContain("VALUES");
      String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres";
      assertThat(rows(url, "nano", "SELECT qos, clientid, v FROM events ORDER BY idx"))
          .containsExactly("1|dev|it's", "1|dev|2", "1|dev|4");
      pub.close();
    }
  }
}
