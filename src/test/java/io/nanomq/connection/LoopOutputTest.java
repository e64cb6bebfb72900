package io.nanomq.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.metrics.DropReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopOutputTest {
  private final ConnectionFixture f = new ConnectionFixture();
  private final LoopOutput output = new LoopOutput(f.loop, 1_000);

  @AfterEach
  void close() {
    f.close();
  }

  private static ConnectionWriter writer(ConnectionFixture.Client client) {
    return client.connection.writer();
  }

  @Test
  void whatWaitsIsCountedUntilItIsRead() {
    ConnectionWriter one = writer(f.client());
    ConnectionWriter other = writer(f.client());
    output.changed(one, 0, 500);
    output.changed(other, 0, 300);
    assertThat(output.bytes()).isEqualTo(800);
    assertThat(output.isShort()).isFalse();
    output.changed(one, 500, 501);
    assertThat(output.isShort()).as("four fifths").isTrue();
    output.changed(other, 300, 0);
    assertThat(output.isShort()).isFalse();
    assertThat(output.bytes()).isEqualTo(501);
    assertThat(output.isArmed()).isTrue();
    // Nothing waits in these sockets, so that none is looked at again.
    f.loops.advance(1_000);
    assertThat(output.isArmed()).isFalse();
  }

  @Test
  void nobodyIsClosedWhileThereIsRoom() {
    ConnectionFixture.Client client = f.client();
    output.changed(writer(client), 0, 1_000);
    output.shed();
    assertThat(client.isOpen()).isTrue();
    assertThat(f.loop.counters().drops(DropReason.OUTPUT_LIMIT)).isZero();
  }
}
