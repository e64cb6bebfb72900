package io.nanomq.rule.sql;

import io.nanomq.config.model.RulesConf;
import io.nanomq.memory.Budget;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.sink.Sink;
import io.nanomq.sink.SinkFigures;
import io.nanomq.sink.SinkTarget;
import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One data base that rows go to: a pool of connections behind a bounded queue. Rows are inserted in
 * batches, one transaction each; where one row of a batch is refused, each is tried alone, so that
 * what one client sends costs no other its row. While the data base is away, batches are tried
 * again for a while. A row may be there twice where a connection breaks between a commit and its
 * answer.
 *
 * <p>Safe for any thread: the queue is, and lanes have connections of their own.
 */
public final class Database implements SinkTarget<TableRow>, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Database.class);
  private static final int QUEUED = 10_000;
  private static final int BATCH = 100;
  private static final int RETRY_MILLIS = 60_000;
  private static final int MAX_REASON = 200;

  private final RulesConf.Sink conf;
  private final Dialect dialect;
  private final ConnectionPool pool;
  private final ExecutorService threads;
  private final Outgoing outgoing;
  private final Sink<TableRow> queue;
  private final Set<TableRow.Table> known = ConcurrentHashMap.newKeySet();

  /**
   * @param memory what may wait, in bytes
   * @param figures what becomes of rows
   * @param outgoing where it may be
   * @param threads at least as many as {@link #lanes} of their own, closed with this
   * @throws SQLException where there cannot be a pool
   * @throws ClassNotFoundException where the broker was built without the driver
   */
  public Database(
      RulesConf.Sink conf,
      Budget memory,
      SinkFigures figures,
      ExecutorService threads,
      Outgoing outgoing)
      throws SQLException, ClassNotFoundException {
    this.conf = conf;
    this.dialect = Dialect.of(conf);
    this.threads = threads;
    this.outgoing = outgoing;
    this.pool = new ConnectionPool(conf, outgoing.pems());
    this.queue =
        new Sink<>(
            conf.toString(),
            new Sink.Limits(dialect.connections(), QUEUED, BATCH, RETRY_MILLIS),
            memory,
            figures,
            this,
            threads);
  }

  /** Batches that are on their way at once. */
  public static int lanes(RulesConf.Sink conf) {
    return Dialect.of(conf).connections();
  }

  /**
   * @param key rows of the same one keep their order
   * @return false = there is no room for it
   */
  public boolean offer(String key, TableRow row) {
    return queue.offer(key, row, row.bytes());
  }

  @Override
  public CompletionStage<Void> send(List<TableRow> batch) {
    return CompletableFuture.runAsync(() -> insert(batch), threads);
  }

  private void insert(List<TableRow> batch) {
    List<TableRow> rows = batch.stream().filter(row -> !row.isSettled()).toList();
    requireAllowed();
    try (Connection connection = pool.connection()) {
      SQLException failure = tryInsert(connection, rows);
      if (failure == null) {
        return;
      }
      if (dialect.isTransient(failure)) {
        throw failure;
      }
      for (TableRow row : rows) {
        insertAlone(connection, row);
      }
    } catch (SQLException e) {
      throw new CompletionException(e.getMessage(), e);
    }
  }

  /** The driver looks the name up once more, and the JDK remembers for a while what it was told. */
  private void requireAllowed() {
    try {
      String host = conf.host();
      if (!host.isEmpty()) {
        outgoing.require(host);
      }
    } catch (IOException e) {
      throw new CompletionException(e.getMessage(), e);
    }
  }

  private void insertAlone(Connection connection, TableRow row) throws SQLException {
    SQLException failure = tryInsert(connection, List.of(row));
    if (failure != null) {
      if (dialect.isTransient(failure)) {
        throw failure;
      }
      row.rejected(reason(failure));
      LOG.debugf("%s refuses a row: %s", conf, failure.getMessage());
    }
  }

  /** What the server says, without the row: whoever may see rules may not see messages. */
  private static String reason(SQLException failure) {
    SQLException first = failure.getNextException();
    boolean tellsRow = failure instanceof BatchUpdateException;
    if (tellsRow && first == null) {
      return "refused, SQL state " + failure.getSQLState() + ", code " + failure.getErrorCode();
    }
    String text = String.valueOf((first == null ? failure : first).getMessage());
    String line = text.lines().findFirst().orElse("");
    return line.length() > MAX_REASON ? line.substring(0, MAX_REASON) : line;
  }

  /** All of them or none; null = all. */
  private @Nullable SQLException tryInsert(Connection connection, List<TableRow> rows) {
    try {
      for (Map.Entry<TableRow.Table, List<TableRow>> table : byTable(rows).entrySet()) {
        create(connection, table.getKey());
        insert(connection, table.getKey(), table.getValue());
      }
      connection.commit();
      rows.forEach(TableRow::inserted);
      return null;
    } catch (SQLException e) {
      rollBack(connection, e);
      return e;
    } catch (RuntimeException | AssertionError e) {
      // PostgreSQL's driver, of a connection that is gone.
      SQLException lost =
          new SQLException(String.valueOf(e.getMessage()), Dialect.CONNECTION_LOST, e);
      rollBack(connection, lost);
      return lost;
    }
  }

  private static void rollBack(Connection connection, SQLException why) {
    try {
      connection.rollback();
    } catch (SQLException | RuntimeException | AssertionError e) {
      why.addSuppressed(e);
    }
  }

  private static Map<TableRow.Table, List<TableRow>> byTable(List<TableRow> rows) {
    Map<TableRow.Table, List<TableRow>> byTable = new LinkedHashMap<>();
    rows.forEach(row -> byTable.computeIfAbsent(row.table(), t -> new ArrayList<>()).add(row));
    return byTable;
  }

  /** Once; where that is not allowed, the table may be there all the same. */
  private void create(Connection connection, TableRow.Table table) throws SQLException {
    if (known.contains(table)) {
      return;
    }
    String sql = dialect.createTable(table.name(), table.columns(), table.whole());
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      connection.commit();
    } catch (SQLException e) {
      if (dialect.isTransient(e)) {
        throw e;
      }
      rollBack(connection, e);
      LOG.warnf("%s: table %s is not made: %s", conf, table.name(), e.getMessage());
    }
    known.add(table);
  }

  private void insert(Connection connection, TableRow.Table table, List<TableRow> rows)
      throws SQLException {
    String sql = dialect.insert(table.name(), table.columns());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (TableRow row : rows) {
        for (int i = 0; i < table.columns().size(); i++) {
          set(statement, i + 1, row.value(table.columns().get(i)));
        }
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void set(PreparedStatement statement, int place, @Nullable Object value)
      throws SQLException {
    if (value == null) {
      statement.setNull(place, Types.VARCHAR);
    } else {
      statement.setString(place, value.toString());
    }
  }

  @Override
  public void gaveUp(List<TableRow> batch, Throwable why) {
    batch.stream()
        .filter(row -> !row.isSettled())
        .forEach(row -> row.rejected(String.valueOf(why.getMessage())));
  }

  /** Takes no more rows, and closes when those that wait are settled. */
  public CompletionStage<Void> end() {
    return queue.end().whenComplete((done, failure) -> close());
  }

  /** Drops what waits. */
  @Override
  public void close() {
    queue.close();
    threads.shutdownNow();
    pool.close();
  }
}
