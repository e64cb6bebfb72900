package io.nanomq;

import io.nanomq.authz.AccessPolicy;
import io.nanomq.authz.LoopAccess;
import io.nanomq.config.model.AclConf;
import io.nanomq.event.LoopEvents;
import io.nanomq.loop.LoopContext;
import io.nanomq.session.LoopServices;
import io.nanomq.session.SessionRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Who may publish and subscribe what, on all loops. A new policy is in force on each loop from one
 * task to the next; what is subscribed is looked through after that. Used by one thread at a time.
 */
final class AccessControl {
  private final SessionRegistry sessions;
  private final LoopServices[] parts;
  private final LoopAccess[] loops;
  private AclConf conf;
  private volatile AccessPolicy policy;

  /**
   * @param parts one for each loop by index, filled before the first change
   */
  AccessControl(AclConf conf, SessionRegistry sessions, LoopServices[] parts) {
    this.conf = conf;
    this.policy = AccessPolicy.of(conf);
    this.sessions = sessions;
    this.parts = parts;
    this.loops = new LoopAccess[parts.length];
  }

  /** What holds on one loop; called once for each, before they run. */
  LoopAccess open(LoopContext loop, LoopEvents events) {
    LoopAccess access = new LoopAccess(loop, events);
    access.apply(policy);
    loops[loop.index()] = access;
    return access;
  }

  /** What is in force, or about to be. Any thread may ask. */
  AccessPolicy policy() {
    return policy;
  }

  /**
   * Puts other rules in force.
   *
   * @return completes when nothing is subscribed any more that they deny
   */
  CompletionStage<Void> apply(AclConf next) {
    if (next.equals(conf)) {
      return CompletableFuture.completedFuture(null);
    }
    AccessPolicy compiled = AccessPolicy.of(next);
    conf = next;
    policy = compiled;
    CompletionStage<Void> applied = CompletableFuture.completedFuture(null);
    for (LoopServices part : parts) {
      LoopContext loop = part.loop();
      applied =
          applied.thenCombine(
              CompletableFuture.runAsync(
                  () -> loops[loop.index()].apply(compiled), loop.eventLoop()),
              (one, other) -> null);
    }
    return applied.thenCompose(done -> review(next.disconnectRevoked()));
  }

  private CompletionStage<Void> review(boolean disconnects) {
    return sessions.visitEach(
        session -> parts[session.loopIndex()].subscriptions().review(session, disconnects));
  }
}
