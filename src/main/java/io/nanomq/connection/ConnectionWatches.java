package io.nanomq.connection;

import io.nanomq.loop.LoopConfined;
import org.jspecify.annotations.Nullable;

/** What ends a connection by itself: silence, a packet that stays unfinished, an identity's end. */
@LoopConfined
final class ConnectionWatches {
  private final Connection connection;
  private final KeepAliveWatch keepAlive;
  private @Nullable UnfinishedWatch unfinished;
  private @Nullable IdentityWatch identity;

  ConnectionWatches(Connection connection) {
    this.connection = connection;
    this.keepAlive = new KeepAliveWatch(connection);
  }

  /** CONNECT and its answer have a deadline. */
  void awaitConnack(long nowMillis) {
    long millis = connection.context().conf().client().connectTimeoutSeconds() * 1000L;
    connection.loop().timer().arm(keepAlive, nowMillis + millis);
  }

  /**
   * It is connected.
   *
   * @param keepAliveMillis silence that ends the connection; 0 = none does
   */
  void connected(long nowMillis, long keepAliveMillis) {
    keepAlive.keepAliveMillis = keepAliveMillis;
    connection.loop().timer().cancel(keepAlive);
    if (keepAliveMillis > 0) {
      connection.loop().timer().arm(keepAlive, nowMillis + keepAliveMillis);
    }
    identified();
  }

  /** Who it is was shown, for the first time or anew. */
  void identified() {
    connection.loop().timer().cancel(identity);
    identity = IdentityWatch.watch(connection);
  }

  /** What was read is handled. */
  void burstEnd() {
    unfinished = UnfinishedWatch.look(unfinished, connection);
  }

  void stop() {
    connection.loop().timer().cancel(keepAlive);
    connection.loop().timer().cancel(identity);
    UnfinishedWatch.stop(unfinished);
  }
}
