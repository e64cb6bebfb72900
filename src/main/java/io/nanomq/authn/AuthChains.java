package io.nanomq.authn;

import io.nanomq.backend.BackendAnswer;
import io.nanomq.backend.Backends;
import io.nanomq.backend.HttpBackend;
import io.nanomq.config.model.AuthConf;
import io.nanomq.config.model.ChainConf;
import io.nanomq.loop.BlockingWork;
import io.nanomq.tls.PemSource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The chain of each listener. A new configuration makes new chains, which take the place of those
 * in force at once; logins that wait are answered by the chain that they began with. Safe for any
 * thread: one reference to immutable chains; whoever applies does so one at a time.
 */
public final class AuthChains implements Authenticator, AutoCloseable {
  private final AuthLinks links;
  private final Clock clock;
  private final Backends backends;
  private final AuthFigures figures = new AuthFigures();
  private volatile InForce inForce;

  /** All chains of one configuration. */
  private record InForce(AuthChain global, Map<String, AuthChain> byListener) {
    AuthChain of(String listener) {
      AuthChain own = byListener.get(listener);
      if (own == null) {
        own = byListener.get(ChainConf.section(listener));
      }
      return own == null ? global : own;
    }
  }

  /**
   * What the links work with.
   *
   * @param worker runs what takes long, by whom it is for; bounded
   * @param backends those of the same configuration, which are given it first
   * @param pems what key files are read from
   * @param fewerKeys told when a key is gone that tokens may have been held against
   */
  public record Means(
      BiConsumer<Object, BlockingWork.Work> worker,
      Clock clock,
      Backends backends,
      PemSource pems,
      Runnable fewerKeys) {}

  public AuthChains(AuthConf conf, Means means) {
    this.clock = means.clock;
    this.backends = means.backends;
    this.links = new AuthLinks(means.worker, clock, means.backends, means.pems, means.fewerKeys);
    this.inForce = make(conf);
  }

  /** Puts a configuration in force. */
  public void apply(AuthConf conf) {
    inForce = make(conf);
  }

  private InForce make(AuthConf conf) {
    Map<String, AuthLink> configured = links.make(conf);
    Map<String, AuthChain> byListener = new HashMap<>();
    conf.chain()
        .listeners()
        .forEach((name, own) -> byListener.put(name, chain(conf, own, configured)));
    return new InForce(chain(conf, null, configured), byListener);
  }

  private AuthChain chain(
      AuthConf conf, ChainConf.@Nullable OfListener own, Map<String, AuthLink> configured) {
    Boolean ownAnonymous = own == null ? null : own.allowAnonymous();
    boolean allowAnonymous = ownAnonymous == null ? conf.allowAnonymous() : ownAnonymous;
    List<String> named = own == null || own.links().isEmpty() ? conf.chain().links() : own.links();
    List<AuthLink> all = new ArrayList<>();
    List<AuthLink> asked = new ArrayList<>();
    for (String name : named.isEmpty() ? ChainConf.LINKS : named) {
      AuthLink link = configured.get(name);
      if (link != null) {
        all.add(link);
        // As in NanoMQ, nobody's password counts where everybody gets in, unless it is asked for.
        boolean isNeedless = named.isEmpty() && allowAnonymous && name.equals(UserLink.NAME);
        if (!isNeedless) {
          asked.add(link);
        }
      }
    }
    return new AuthChain(asked, all, allowAnonymous, links.guard());
  }

  @Override
  public void authenticate(Login login, Consumer<Verdict> answer) {
    inForce.of(login.peer().listener()).ask(login, verdict -> judged(login, verdict, answer));
  }

  private void judged(Login login, Verdict verdict, Consumer<Verdict> answer) {
    Verdict.Step next = verdict.next();
    byte[] data = verdict.data();
    if (next == null || data == null) {
      figures.count(verdict);
      askIfSuperuser(login, verdict, answer);
    } else {
      Verdict.Step counted =
          (said, then) -> next.take(said, decided -> judged(login, decided, then));
      answer.accept(Verdict.challenge(verdict.link(), data, counted));
    }
  }

  /** Only of who has shown who it is: a name that anybody may give must not open everything. */
  private void askIfSuperuser(Login login, Verdict verdict, Consumer<Verdict> answer) {
    ClientIdentity identity = verdict.identity();
    HttpBackend superusers = backends.find(Backends.Kind.SUPER_REQ);
    if (identity == null || superusers == null || !identity.isProven() || identity.superuser()) {
      answer.accept(verdict);
      return;
    }
    superusers.ask(
        login.question(identity.user()),
        is -> answer.accept(verdict.as(identity.withSuperuser(is == BackendAnswer.ALLOW))));
  }

  /** Has keys of tokens read anew where it is time to; whose key is gone then has to go. */
  public void renewKeys() {
    links.renewKeys();
  }

  /** What was decided since the broker began. */
  public AuthFigures figures() {
    return figures;
  }

  @Override
  public boolean mayTakeTime(String listener, @Nullable String method) {
    return inForce.of(listener).asks(method);
  }

  @Override
  public boolean holds(ClientIdentity identity) {
    return inForce.of(identity.listener()).holds(identity) && millisLeft(identity) > 0;
  }

  @Override
  public long millisLeft(ClientIdentity identity) {
    long until = identity.untilMillis();
    return until == ClientIdentity.FOREVER ? until : Math.max(0, until - clock.millis());
  }

  @Override
  public void close() {
    links.close();
  }
}
