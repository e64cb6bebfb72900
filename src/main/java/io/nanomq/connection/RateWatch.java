package io.nanomq.connection;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.config.model.MqttConf.Rates;
import io.nanomq.limit.TokenBucket;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.Timeout;
import io.nanomq.metrics.DropReason;

/** Counts what a client sends, and has it wait where that is more than it may. */
@LoopConfined
final class RateWatch extends Timeout {
  private static final int LOOK_AGAIN_MILLIS = 1_000;

  private final Connection connection;
  private final TokenBucket messages = new TokenBucket();
  private final TokenBucket bytes = new TokenBucket();

  RateWatch(Connection connection) {
    this.connection = connection;
  }

  /**
   * A packet was handled.
   *
   * @param publishes 1 for a PUBLISH, else 0
   * @throws ProtocolError 0x96 where the client is not to wait but to be disconnected
   */
  void count(Rates rates, int publishes, int packetBytes) {
    long wait = take(rates, publishes, packetBytes);
    if (wait > 0) {
      connection.loop().counters().drop(DropReason.RATE_LIMIT);
      if (rates.disconnects()) {
        throw new ProtocolError(
            ReasonCode.MESSAGE_RATE_TOO_HIGH, "more a second than a client may send");
      }
      connection.gate().shut(ReadGate.RATE);
      lookAgain(wait);
    }
  }

  /** Milliseconds that the client has to wait. */
  private long take(Rates rates, int publishes, int packetBytes) {
    long now = connection.loop().nowMillis();
    long wait = rates.messages() > 0 ? messages.take(publishes, rates.messages(), now) : 0;
    wait = Math.max(wait, connection.listener().meter().take(publishes, packetBytes, now));
    return rates.bytes() > 0 ? Math.max(wait, bytes.take(packetBytes, rates.bytes(), now)) : wait;
  }

  /** Soon, even where the debt is large: the rates may be others by then. */
  private void lookAgain(long wait) {
    long now = connection.loop().nowMillis();
    connection.loop().timer().arm(this, now + Math.min(wait, LOOK_AGAIN_MILLIS));
  }

  @Override
  protected void expired() {
    long wait = take(connection.context().conf().rates(), 0, 0);
    if (wait > 0) {
      lookAgain(wait);
    } else {
      connection.gate().readOn(ReadGate.RATE);
    }
  }
}
