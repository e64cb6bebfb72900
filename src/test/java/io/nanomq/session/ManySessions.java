package io.nanomq.session;

import io.nanomq.authz.LoopAccess;
import io.nanomq.config.model.MqttConf;
import io.nanomq.event.BrokerEvents;
import io.nanomq.event.LoopEvents;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import io.nanomq.persistence.MemorySessionStore;
import io.nanomq.queue.HeldMessages;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Puts sessions without sockets into a broker that runs, so that they need not connect first. */
public final class ManySessions {
  private ManySessions() {}

  /**
   * Adds sessions on the loop of one that is there.
   *
   * @param like client identifier of that one
   */
  public static void add(SessionRegistry registry, String like, String prefix, int count) {
    var loop = registry.find(like).loop();
    var context =
        new SessionContext(
            loop,
            null,
            new MemorySessionStore(),
            registry::nextNumber,
            MqttConf::defaults,
            MemoryBudgets.ofProcess(),
            new HeldMessages(loop, 1L << 30),
            new LoopEvents(loop, new BrokerEvents(), () -> 7),
            new LoopAccess(loop, new LoopEvents(loop, new BrokerEvents(), () -> 7)));
    CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < count; i++) {
                Session session = new Session(prefix + i, loop, context, SessionFixture.memory());
                session.prepare(connect(session.clientId()), null, 60, Connect.NEVER_EXPIRES);
                registry.tryAdd(session, Integer.MAX_VALUE);
              }
            },
            loop.eventLoop())
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  private static Connect connect(String id) {
    return new Connect(5, id, false, 60, "user", null, null, ConnectProperties.NONE);
  }

  /** Takes them out again. */
  public static void remove(SessionRegistry registry, String prefix, int count) {
    for (int i = 0; i < count; i++) {
      registry.remove(registry.find(prefix + i));
    }
  }
}
