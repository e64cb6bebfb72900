package io.nanomq.authn;

import io.nanomq.config.model.AuthConf;
import io.nanomq.config.model.ChainConf;
import io.nanomq.loop.BlockingWork;
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
 * thread: one reference to immutable chains.
 */
public final class AuthChains implements Authenticator {
  private final BiConsumer<Object, BlockingWork.Work> worker;
  private final PasswordGuard guard;
  private final Clock clock;
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
   * @param worker runs what takes long, by whom it is for; bounded
   */
  public AuthChains(AuthConf conf, BiConsumer<Object, BlockingWork.Work> worker, Clock clock) {
    this.worker = worker;
    this.clock = clock;
    this.guard = new PasswordGuard(clock);
    this.inForce = make(conf);
  }

  /** Puts a configuration in force. */
  public void apply(AuthConf conf) {
    inForce = make(conf);
  }

  private InForce make(AuthConf conf) {
    Map<String, AuthLink> configured = new HashMap<>();
    if (!conf.users().isEmpty()) {
      configured.put(UserLink.NAME, new UserLink(conf.users(), worker, guard));
    }
    ChainConf chains = conf.chain();
    Map<String, AuthChain> byListener = new HashMap<>();
    chains.listeners().forEach((name, own) -> byListener.put(name, chain(conf, own, configured)));
    return new InForce(chain(conf, null, configured), byListener);
  }

  private AuthChain chain(
      AuthConf conf, ChainConf.@Nullable OfListener own, Map<String, AuthLink> configured) {
    Boolean ownAnonymous = own == null ? null : own.allowAnonymous();
    boolean allowAnonymous = ownAnonymous == null ? conf.allowAnonymous() : ownAnonymous;
    List<String> named = own == null || own.links().isEmpty() ? conf.chain().links() : own.links();
    List<AuthLink> links = new ArrayList<>();
    for (String name : named.isEmpty() ? ChainConf.LINKS : named) {
      AuthLink link = configured.get(name);
      // As in NanoMQ, nobody's password counts where everybody gets in, unless it is asked for.
      boolean isNeedless = named.isEmpty() && allowAnonymous && name.equals(UserLink.NAME);
      if (link != null && !isNeedless) {
        links.add(link);
      }
    }
    return new AuthChain(links, allowAnonymous, guard);
  }

  @Override
  public void authenticate(Login login, Consumer<Verdict> answer) {
    inForce.of(login.peer().listener()).ask(login, answer);
  }

  @Override
  public boolean mayTakeTime(String listener) {
    return !inForce.of(listener).isEmpty();
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
}
