package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients are sent to another server, MQTT 5.0 section 4.13. */
class C28RedirectTest {
  private static final String ELSEWHERE = "other.example:1883";
  private static final int CONNACK = 2;
  private static final int DISCONNECT = 14;

  /** No Reason Strings, which says nothing of Server References. */
  private static final byte[] NO_REASONS = {0x17, 0};

  @Test
  void whoSpeaksMqtt5IsToldWhereToAndOthersAreDisconnected() throws Exception {
    try (TestBroker broker = TestBroker.start();
        RawClient five = broker.raw(5);
        RawClient terse = broker.raw(5);
        RawClient four = broker.raw(4)) {
      five.connected("five", true);
      terse.connect("terse", true, 60, NO_REASONS).receive(CONNACK);
      four.connected("four", true);
      var actions = broker.broker().actions();

      assertThat(
              actions
                  .redirect("five", false, ELSEWHERE)
                  .toCompletableFuture()
                  .get(60, TimeUnit.SECONDS))
          .isTrue();
      assertThat(five.receive(DISCONNECT).body()).isEqualTo(reference(0x9C));
      assertThat(five.isClosedByBroker()).isTrue();

      assertThat(
              actions.redirectAll(true, ELSEWHERE).toCompletableFuture().get(60, TimeUnit.SECONDS))
          .isEqualTo(2);
      assertThat(terse.receive(DISCONNECT).body()).isEqualTo(reference(0x9D));
      assertThat(terse.isClosedByBroker()).isTrue();
      assertThat(four.isClosedByBroker()).isTrue();
    }
  }

  private static byte[] reference(int reason) {
    byte[] server = ELSEWHERE.getBytes(StandardCharsets.UTF_8);
    var body = new ByteArrayOutputStream();
    body.write(reason);
    body.write(3 + server.length);
    body.write(0x1C);
    body.write(0);
    body.write(server.length);
    body.writeBytes(server);
    return body.toByteArray();
  }
}
