package io.nanomq.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Topics of clients have other names. */
@Timeout(60)
class C29RewriteTest {
  private static final int PUBLISH = 3;
  private static final byte[] X = "x".getBytes(UTF_8);

  @Test
  void messagesSubscriptionsAndAccessRules() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      broker.reconfigure(
          Confs.conf(
              """
              rewrite = [
                { source_topic = "old/#", re = "^old/(.+)$", dest_topic = "new/$1" }
                { action = publish, source_topic = "trick/#", re = "^trick/(.+)$", dest_topic = "$1" }
              ]
              auth { allow_anonymous = true, no_match = deny
                acl.rules = [{ permit = allow, action = pubsub, topics = ["new/#"] }] }
              """));
      RawClient sub = broker.raw(5).connected("sub", true);
      sub.subscribe(1, "old/+", 0).receive(9);
      RawClient pub = broker.raw(5).connected("pub", true);
      assertThat(reason(pub, 1, "old/a")).isZero();
      assertThat(sub.receive(PUBLISH).topic()).isEqualTo("new/a");
      // Of the same length, and at the QoS that it goes out with: not the bytes that came.
      pub.publish("old/e", 0, 0, X);
      assertThat(sub.receive(PUBLISH).topic()).isEqualTo("new/e");
      assertThat(reason(pub, 2, "$delayed/0/old/b")).isZero();
      assertThat(sub.receive(PUBLISH).topic()).isEqualTo("new/b");
      assertThat(reason(pub, 3, "trick/secret")).as("of the real name").isEqualTo(0x87);
      assertThat(reason(pub, 4, "trick/$SYS/x")).isEqualTo(0x87);
      byte[] unsubscribe = {0, 9, 0, 0, 5, 'o', 'l', 'd', '/', '+'};
      assertThat(sub.packet(0xA2, unsubscribe).receive(11).body()).endsWith((byte) 0);
      assertThat(reason(pub, 5, "old/c")).as("nobody is left").isEqualTo(0x10);
      broker.reconfigure(Confs.conf("mqtt.max_keepalive = 60000\n"));
      sub.subscribe(2, "old/+", 0).receive(9);
      pub.publish("old/d", 0, 0, X);
      assertThat(sub.receive(PUBLISH).topic()).isEqualTo("old/d");
      pub.close();
      sub.close();
    }
  }

  private static int reason(RawClient pub, int id, String topic) {
    byte[] ack = pub.publish(topic, 1, id, X).receive(4).body();
    return ack.length > 2 ? ack[2] & 0xFF : 0;
  }
}
