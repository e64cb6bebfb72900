package io.nanomq;

import io.nanomq.authn.AuthChains;
import io.nanomq.authn.AuthFigures;
import io.nanomq.authn.Authenticator;
import io.nanomq.backend.Backends;
import io.nanomq.codec.ReasonCode;
import io.nanomq.codec.UnfinishedBytes;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.AuthConf;
import io.nanomq.loop.BlockingWork;
import io.nanomq.memory.Budget;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.session.Session;
import io.nanomq.session.SessionRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Who may connect: the chains, the back ends that they ask, and the end of those who may no longer.
 * Changed by one thread at a time; any thread may ask.
 */
final class Admission implements AutoCloseable {
  private static final int AUTHENTICATIONS_WAITING = 1024;

  private final Backends backends;
  private final AuthChains chains;
  private final SessionRegistry sessions;
  private AuthConf configured;
  private Map<String, String> users = Map.of();
  // What is configured, with those users.
  private volatile AuthConf conf;
  private volatile boolean hasChanged;

  /**
   * @param verdicts budget of what back ends have answered
   * @param outgoing where calls may go
   * @param worker runs what takes long, by whom it is for; bounded
   */
  Admission(
      NanomqConf conf,
      Budget verdicts,
      Outgoing outgoing,
      BiConsumer<Object, BlockingWork.Work> worker,
      SessionRegistry sessions) {
    this.configured = conf.auth();
    this.conf = configured;
    this.sessions = sessions;
    this.backends = new Backends(verdicts, outgoing);
    backends.apply(conf.auth().http(), conf.system().parallel());
    this.chains =
        new AuthChains(
            conf.auth(),
            new AuthChains.Means(
                worker, Clock.systemUTC(), backends, outgoing.pems(), this::revokeAll));
  }

  Authenticator authenticator() {
    return chains;
  }

  /** To be called every second. Any thread. */
  void renewKeys() {
    chains.renewKeys();
  }

  Backends backends() {
    return backends;
  }

  AuthFigures logins() {
    return chains.figures();
  }

  /** Whoever comes from now on is judged by that configuration. */
  synchronized void apply(NanomqConf next) {
    configured = next.auth();
    backends.apply(configured.http(), next.system().parallel());
    hasChanged = use(configured.withMore(users));
  }

  private boolean use(AuthConf next) {
    boolean isAnother = !next.equals(conf);
    conf = next;
    chains.apply(next);
    return isAnother;
  }

  /**
   * Puts other users in force besides those of the configuration, which counts where both have one
   * of a name.
   *
   * @param stored user name to password or its hash
   * @return completes when those of before are disconnected who may no longer
   */
  CompletionStage<Void> useUsers(Map<String, String> stored) {
    boolean isAnother;
    synchronized (this) {
      users = Map.copyOf(stored);
      isAnother = use(configured.withMore(users));
    }
    return isAnother ? revokeAll() : CompletableFuture.completedFuture(null);
  }

  /**
   * Disconnects who would not be let in any more by what was applied last.
   *
   * @return completes when all are
   */
  CompletionStage<Void> revoke() {
    return hasChanged ? revokeAll() : CompletableFuture.completedFuture(null);
  }

  /** Whether who may no longer is disconnected, else only those who come are judged anew. */
  boolean endsRevoked() {
    return conf.chain().disconnectRevoked();
  }

  private CompletionStage<Void> revokeAll() {
    return endsRevoked() ? sessions.visit(this::revoke) : CompletableFuture.completedFuture(null);
  }

  private void revoke(Session session) {
    if (!chains.holds(session.identity())) {
      session.disconnect(ReasonCode.NOT_AUTHORIZED, "no longer let in");
    }
  }

  @Override
  public void close() {
    chains.close();
    backends.close();
  }

  /** Where passwords are looked at. */
  static BlockingWork passwordWork() {
    return new BlockingWork(
        "nanomq-passwords", Runtime.getRuntime().availableProcessors(), AUTHENTICATIONS_WAITING);
  }

  /** What packets cost that have not come as a whole. */
  static UnfinishedBytes unfinished(MemoryBudgets budgets) {
    Budget strangers = budgets.of(Purpose.UNFINISHED_STRANGERS);
    Budget clients = budgets.of(Purpose.UNFINISHED);
    var unfinished = new UnfinishedBytes(strangers.limit(), clients.limit());
    strangers.countedBy(unfinished::heldByStrangers);
    clients.countedBy(unfinished::heldByClients);
    return unfinished;
  }
}
