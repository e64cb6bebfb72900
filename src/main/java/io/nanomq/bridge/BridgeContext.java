package io.nanomq.bridge;

import io.nanomq.codec.UnfinishedBytes;
import io.nanomq.config.model.MqttConf;
import io.nanomq.event.BrokerIdentity;
import io.nanomq.event.LoopEvents;
import io.nanomq.loop.LoopContext;
import io.nanomq.persistence.SessionStore;
import io.nanomq.queue.HeldMessages;
import io.nanomq.router.TopicTree;
import io.nanomq.session.Publisher;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the bridges of one loop work with.
 *
 * @param held what messages cost that are kept on the loop
 * @param unfinished bounds what all connections keep of packets that have not come as a whole
 * @param network how sockets are opened
 * @param live limits as they are now
 * @param identity what this broker is called among bridges
 * @param events where it is told that a bridge stays down
 * @param store what the bridges tell that is to outlive the process
 * @param numbers numbers by which the store is to know bridges
 */
record BridgeContext(
    LoopContext loop,
    Publisher publisher,
    TopicTree tree,
    HeldMessages held,
    UnfinishedBytes unfinished,
    RemoteNetwork network,
    Supplier<MqttConf> live,
    BrokerIdentity identity,
    LoopEvents events,
    SessionStore store,
    LongSupplier numbers) {

  MqttConf conf() {
    return live.get();
  }
}
