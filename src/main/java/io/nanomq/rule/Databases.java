package io.nanomq.rule;

import io.nanomq.config.model.RulesConf;
import io.nanomq.memory.Budget;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.rule.sql.Database;
import io.nanomq.sink.SinkFigures;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Data bases that rules write to, one for all rules with the same connection. Called by one thread
 * at a time.
 */
final class Databases implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Databases.class);

  private final Budget memory;
  private final Outgoing outgoing;
  private final SinkFigures figures = new SinkFigures();
  private final Map<RulesConf.Sink, Database> open = new LinkedHashMap<>();
  private final Set<Database> ending = ConcurrentHashMap.newKeySet();

  Databases(Budget memory, Outgoing outgoing) {
    this.memory = memory;
    this.outgoing = outgoing;
  }

  SinkFigures figures() {
    return figures;
  }

  /** Null = there cannot be one; the log says why. */
  @Nullable Database get(RulesConf.Sink sink) {
    Database known = open.get(sink);
    if (known != null) {
      return known;
    }
    ExecutorService threads = RuleThreads.open(Database.lanes(sink));
    try {
      Database database = new Database(sink, memory, figures, threads, outgoing);
      open.put(sink, database);
      return database;
    } catch (ClassNotFoundException e) {
      LOG.errorf("%s: this broker was built without the driver %s", sink, e.getMessage());
    } catch (SQLException | RuntimeException e) {
      LOG.errorf("%s: %s", sink, e.getMessage());
    }
    threads.shutdownNow();
    return null;
  }

  /** Others go when what waits for them is written. */
  void keep(Set<RulesConf.Sink> used) {
    for (RulesConf.Sink sink : new HashSet<>(open.keySet())) {
      if (!used.contains(sink)) {
        Database database = open.remove(sink);
        if (database != null) {
          ending.add(database);
          database.end().whenComplete((done, failure) -> ending.remove(database));
        }
      }
    }
  }

  /** Drops what waits. */
  @Override
  public void close() {
    open.values().forEach(Database::close);
    ending.forEach(Database::close);
  }
}
