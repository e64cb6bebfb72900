package io.nanomq.rule;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.MqttConf;
import io.nanomq.config.model.RulesConf;
import io.nanomq.memory.Budget;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.router.Recipient;
import io.nanomq.router.Tap;
import io.nanomq.router.TopicTree;
import io.nanomq.rule.query.Query;
import io.nanomq.rule.query.QueryException;
import io.nanomq.rule.sql.Database;
import io.nanomq.session.LoopServices;
import io.nanomq.session.Session;
import io.nanomq.sink.Sink;
import io.nanomq.sink.SinkFigures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The rule engine of one broker. Filters of rules stand in the topic tree, so a message that none
 * matches costs nothing; one that some match is handed to a bounded queue once, and looked at by
 * threads of the engine's own. What there is no room for is dropped and counted: no publisher waits
 * for a rule.
 *
 * <p>Shared: {@link #apply} and {@link #close} are called by one thread at a time, everything else
 * reads a volatile reference.
 */
public final class Rules implements Tap, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Rules.class);
  private static final int THREADS = 2;
  private static final int QUEUED = 10_000;
  private static final int BATCH = 64;

  /** Looking does not fail; the sink wants to know how long it would try again. */
  private static final int RETRY_MILLIS = 1_000;

  private final TopicTree tree;
  private final Republisher[] republishers;
  private final IntSupplier maxLevels;
  private final ExecutorService threads = RuleThreads.open(THREADS);
  private final Databases databases;
  private final WebServers web;
  private final SinkFigures figures = new SinkFigures();
  private final Sink<RuleInput> queue;
  private List<ListenerConf> knownListeners = List.of();
  private volatile RuleSet active = RuleSet.NONE;
  private volatile List<RuleStatus> status = List.of();

  /**
   * @param loops what publishes on each loop, by its index
   * @param memory what may wait for rules, and what they have made
   * @param live limits as they are now
   * @param outgoing where results may go
   */
  public Rules(
      TopicTree tree,
      LoopServices[] loops,
      Budget memory,
      Supplier<MqttConf> live,
      Outgoing outgoing) {
    this.tree = tree;
    this.maxLevels = () -> live.get().client().maxTopicLevels();
    databases = new Databases(memory, outgoing);
    web = new WebServers(memory, outgoing);
    republishers = new Republisher[loops.length];
    for (int i = 0; i < loops.length; i++) {
      republishers[i] = new Republisher(loops[i]);
    }
    queue =
        new Sink<>(
            "rules",
            new Sink.Limits(THREADS, QUEUED, BATCH, RETRY_MILLIS),
            memory,
            figures,
            new Evaluator(() -> active, republishers, memory),
            threads);
  }

  /** What became of rows for data bases. */
  public SinkFigures databaseFigures() {
    return databases.figures();
  }

  /** What became of results for web servers. */
  public SinkFigures webFigures() {
    return web.figures();
  }

  /** What waits to be looked at, what was, and what there was no room for. */
  public SinkFigures figures() {
    return figures;
  }

  /** All rules, in the order of the configuration, with what they have done. */
  public List<RuleStatus> status() {
    return status;
  }

  /**
   * Puts rules in force; those that stay the same go on as they are.
   *
   * @param listeners ports of this broker
   */
  public void apply(RulesConf conf, List<ListenerConf> listeners) {
    Map<Integer, RuleFigures> known = new LinkedHashMap<>();
    status.forEach(each -> known.put(each.conf().id(), each.figures()));
    Map<Integer, CompiledRule> before = new LinkedHashMap<>();
    active.rules().forEach(rule -> before.put(rule.id(), rule));
    List<CompiledRule> rules = new ArrayList<>();
    List<RuleStatus> all = new ArrayList<>();
    for (RulesConf.Rule rule : conf.rules()) {
      RuleFigures own = known.getOrDefault(rule.id(), new RuleFigures());
      all.add(new RuleStatus(rule, own));
      CompiledRule compiled = compiled(before.get(rule.id()), rule, listeners, own);
      if (compiled != null) {
        rules.add(compiled);
      }
    }
    status = List.copyOf(all);
    knownListeners = listeners;
    replace(new RuleSet(rules));
    databases.keep(rules.stream().map(rule -> rule.conf().sink()).collect(Collectors.toSet()));
    web.keep(rules.stream().map(rule -> rule.conf().target()).collect(Collectors.toSet()));
  }

  private @Nullable CompiledRule compiled(
      @Nullable CompiledRule before,
      RulesConf.Rule rule,
      List<ListenerConf> listeners,
      RuleFigures own) {
    if (!rule.enabled()) {
      return null;
    }
    // Another listener may make another broker of this one.
    boolean isSame = !rule.sink().isBroker() || listeners.equals(knownListeners);
    if (before != null && isSame && before.conf().doesTheSame(rule)) {
      return before;
    }
    try {
      Query query = Query.parse(rule.sql());
      RuleAction action = action(rule, query, listeners);
      return action == null ? null : new CompiledRule(rule, query, action, own);
    } catch (QueryException e) {
      // A configuration that is applied was checked.
      LOG.errorf("rule %d is not in force: %s", rule.id(), e.reason());
      return null;
    }
  }

  private @Nullable RuleAction action(
      RulesConf.Rule rule, Query query, List<ListenerConf> listeners) {
    if (rule.sink().isWeb()) {
      return new PostRow(web.get(rule.target()));
    }
    if (!rule.sink().isBroker()) {
      Database database = databases.get(rule.sink());
      return database == null ? null : new InsertRow(database, rule.target(), query);
    }
    String prefix = RuleBridges.isHere(rule, listeners) ? "" : RuleBridges.outbox(rule.id());
    return new Republish(prefix, TopicTemplate.parse(rule.target()), maxLevels);
  }

  /** The new ones look before the old ones look away. */
  private void replace(RuleSet next) {
    RuleSet old = active;
    next.filters().stream()
        .filter(filter -> !old.filters().contains(filter))
        .forEach(filter -> tree.add(filter, this));
    active = next;
    old.filters().stream()
        .filter(filter -> !next.filters().contains(filter))
        .forEach(filter -> tree.remove(filter, this));
  }

  @Override
  public boolean isShownOnce() {
    return true;
  }

  @Override
  public void published(int loopIndex, OutgoingPublish message, @Nullable Recipient publisher) {
    RuleOrigin origin = republishers[loopIndex].origin();
    if (origin != null && origin.hops() >= RuleOrigin.MAX_HOPS) {
      return;
    }
    RuleInput input = input(message, publisher, origin);
    queue.offer(input.key(), input, input.bytes());
  }

  private static RuleInput input(
      OutgoingPublish message, @Nullable Recipient publisher, @Nullable RuleOrigin origin) {
    Session session = publisher instanceof Session client ? client : null;
    return new RuleInput(
        message.message(),
        message.packetId(),
        session == null ? null : session.clientId(),
        session == null ? null : session.connect().username(),
        System.currentTimeMillis(),
        origin);
  }

  @Override
  public void close() {
    replace(RuleSet.NONE);
    queue.close();
    threads.shutdownNow();
    databases.close();
    web.close();
  }
}
