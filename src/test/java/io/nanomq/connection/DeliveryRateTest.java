package io.nanomq.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.MqttConf.Rates;
import io.nanomq.it.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveryRateTest {
  /** PUBLISH of MQTT 3.1.1 to {@code t} at QoS 0, without a payload. */
  private static final String MESSAGE = "3003000174";

  private final ConnectionFixture f = new ConnectionFixture();

  @AfterEach
  void close() {
    f.close();
  }

  private ConnectionFixture.Client subscriber() {
    var client = f.connected(4, "s").send("8206 0001 0001 74 00");
    assertThat(client.got()).isEqualTo("9003000100");
    return client;
  }

  @Test
  void whatIsMoreASecondWaitsInTheQueue() {
    f.conf = Limits.with("rates", new Rates(0, 0, 2, false));
    var subscriber = subscriber();
    f.connected(4, "p").send(MESSAGE.repeat(6));
    assertThat(subscriber.got()).isEqualTo(MESSAGE.repeat(3));
    f.loops.advance(600);
    assertThat(subscriber.got()).isEqualTo(MESSAGE);
    f.loops.advance(1_200);
    assertThat(subscriber.got()).isEqualTo(MESSAGE.repeat(2));
    // What it says itself is answered at any time.
    assertThat(subscriber.send("c000").got()).isEqualTo("d000");
  }

  @Test
  void whereNothingIsBoundAllGoOut() {
    var subscriber = subscriber();
    f.connected(4, "p").send(MESSAGE.repeat(500));
    assertThat(subscriber.got()).isEqualTo(MESSAGE.repeat(500));
  }

  @Test
  void aSubscriberThatIsGoneIsNotWokenAgain() {
    f.conf = Limits.with("rates", new Rates(0, 0, 1, false));
    var subscriber = subscriber();
    f.connected(4, "p").send(MESSAGE.repeat(4));
    subscriber.channel.close();
    subscriber.settle();
    f.loops.advance(5_000);
    assertThat(f.loop.counters().publishesSent).isEqualTo(2);
  }
}
