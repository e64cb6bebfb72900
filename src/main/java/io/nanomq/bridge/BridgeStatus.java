package io.nanomq.bridge;

import io.nanomq.config.model.BridgeConf;
import org.jspecify.annotations.Nullable;

/**
 * One bridge at one moment.
 *
 * @param state what it is at
 * @param server that it is connected to, or tries
 * @param lastError why its last connection ended, or was not made; null = none ever was
 * @param queued messages that wait to be sent
 * @param queuedBytes what they cost
 * @param inflight messages that were sent and not acknowledged
 * @param downSeconds how long it has had no connection; 0 = it has one, or is to have none
 */
public record BridgeStatus(
    BridgeConf conf,
    State state,
    String server,
    @Nullable String lastError,
    int queued,
    long queuedBytes,
    int inflight,
    long downSeconds,
    Counts counts,
    Rates rates) {

  /** What a bridge is at. */
  public enum State {
    DISABLED,
    CONNECTING,
    CONNECTED,
    WAITING
  }

  /**
   * Messages a second, over the last ten seconds.
   *
   * @param sent to the other broker
   * @param received from the other broker
   */
  public record Rates(double sent, double received) {}

  /**
   * What it has done since it was there.
   *
   * @param sent PUBLISH packets to the other broker, those sent again among them
   * @param sentBytes of their payloads
   * @param received PUBLISH packets from the other broker
   * @param receivedBytes of their payloads
   * @param reconnects connections that were made after the first one
   * @param dropped messages for the other broker that were given up here
   * @param refused messages that the other broker did not take
   * @param looped messages that were not passed on, since they would have gone round
   * @param receivedDropped messages of the other broker that could not be published here
   */
  public record Counts(
      long sent,
      long sentBytes,
      long received,
      long receivedBytes,
      long reconnects,
      long dropped,
      long refused,
      long looped,
      long receivedDropped) {}
}
