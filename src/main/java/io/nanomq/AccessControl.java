package io.nanomq;

import io.nanomq.authz.AccessPolicy;
import io.nanomq.authz.LoopAccess;
import io.nanomq.backend.Backends;
import io.nanomq.backend.HttpBackend;
import io.nanomq.config.model.AuthConf;
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
  private final Backends backEnds;
  private final SessionRegistry sessions;
  private final LoopServices[] parts;
  private final LoopAccess[] loops;
  private volatile AccessPolicy policy;

  /**
   * @param backEnds web servers, those of {@code conf} opened
   * @param parts one for each loop by index, filled before the first change
   */
  AccessControl(AuthConf conf, Backends backEnds, SessionRegistry sessions, LoopServices[] parts) {
    this.backEnds = backEnds;
    this.policy = policy(conf);
    this.sessions = sessions;
    this.parts = parts;
    this.loops = new LoopAccess[parts.length];
  }

  private AccessPolicy policy(AuthConf conf) {
    HttpBackend asked = backEnds.find(Backends.Kind.ACL_REQ);
    return AccessPolicy.of(conf.acl(), asked, conf.http().ignoreErrors());
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
   * Puts other rules in force, whose web server is there already.
   *
   * @return completes when nothing is subscribed any more that they deny
   */
  CompletionStage<Void> apply(AuthConf next) {
    AccessPolicy before = policy;
    boolean isSame =
        next.acl().equals(before.conf())
            && before.backEnd() == backEnds.find(Backends.Kind.ACL_REQ)
            && next.http().ignoreErrors() == before.ignoresAway();
    if (isSame) {
      return CompletableFuture.completedFuture(null);
    }
    AccessPolicy compiled = policy(next);
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
    return applied.thenCompose(done -> review(next.acl().disconnectRevoked()));
  }

  private CompletionStage<Void> review(boolean disconnects) {
    return sessions.visitEach(
        session -> parts[session.loopIndex()].subscriptions().review(session, disconnects));
  }
}
