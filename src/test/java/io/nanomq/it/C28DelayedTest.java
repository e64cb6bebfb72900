package io.nanomq.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.delay.DelayedTopic;
import io.nanomq.packet.TopicName;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code $delayed/seconds/topic}. */
@Timeout(60)
class C28DelayedTest {
  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;
  private static final byte[] X = "x".getBytes(UTF_8);

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "$delayed/5/a/b,'',5,a/b",
        "$delayed/0/a,'',0,a",
        "$delayed/4294967//,'',4294967,/",
        "$delayed/4294968/a,'',0,none",
        "$delayed/99999999999/a,'',0,none",
        "$delayed/-1/a,'',0,none",
        "$delayed/x/a,'',0,none",
        "$delayed//a,'',0,none",
        "$delayed/5/,'',0,none",
        "$delayed/5,'',0,none",
        "$delayed/,'',0,none",
        "$delayed/5/$delayed/5/a,'',0,none",
        "m/$delayed/5/a,m/,5,m/a",
      })
  void saysWhenAndWhere(String name, String mountPoint, int seconds, String topic) {
    DelayedTopic found = DelayedTopic.of(TopicName.of(name), mountPoint);
    assertThat(found).isNotNull();
    assertThat(found.seconds()).isEqualTo(seconds);
    assertThat(found.topic() == null ? null : found.topic().text()).isEqualTo(topic);
  }

  @ParameterizedTest
  @CsvSource({
    "$delaye,''",
    "$delayedx/5/a,''",
    "x/$delayed/5/a,''",
    "$delayed/5/a,m/",
    "y/$delayed/5/a,m/"
  })
  void otherTopicsAreOrdinary(String name, String mountPoint) {
    assertThat(DelayedTopic.of(TopicName.of(name), mountPoint)).isNull();
  }

  @Test
  void aMessageComesInItsTimeAsItWasPublished() {
    var ahead = new AtomicLong();
    try (TestBroker broker = TestBroker.start(ahead::get);
        RawClient sub = broker.raw(5).connected("sub", true);
        RawClient pub = broker.raw(4).connected("pub", true)) {
      sub.subscribe(1, "#", 2 | 8).receive(9);
      pub.publish("$delayed/600/a/b", 1, 1, "first".getBytes(UTF_8)).receive(PUBACK);
      pub.publish("$delayed/600/a/b", 1, 2, "second".getBytes(UTF_8)).receive(PUBACK);
      pub.publish("$delayed/200/sooner", 0, 0, X);
      pub.publish("now", 0, 0, X);
      assertThat(sub.receive(PUBLISH).topic()).isEqualTo("now");
      ahead.addAndGet(TimeUnit.SECONDS.toMillis(300));
      assertThat(sub.receive(PUBLISH).topic()).isEqualTo("sooner");
      ahead.addAndGet(TimeUnit.SECONDS.toMillis(300));
      RawPacket first = sub.receive(PUBLISH);
      assertThat(first.topic()).isEqualTo("a/b");
      assertThat(first.payload(5)).isEqualTo("first");
      assertThat(first.qos()).isEqualTo(1);
      sub.acknowledge(PUBACK, first.publishId());
      RawPacket second = sub.receive(PUBLISH);
      assertThat(second.payload(5)).isEqualTo("second");
      sub.acknowledge(PUBACK, second.publishId());
    }
  }

  @Test
  void accessRulesAreAboutTheRealTopicAndWrongNamesAreRefused() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      broker.reconfigure(
          Confs.conf(
              """
              auth { allow_anonymous = true, no_match = deny
                acl.rules = [{ permit = allow, action = publish, topics = ["ok/#"] },
                             { permit = allow, action = subscribe, topics = ["#"] }] }
              """));
      RawClient sub = broker.raw(5).connected("sub", true);
      sub.subscribe(1, "#", 0).receive(9);
      RawClient pub = broker.raw(5).connected("pub", true);
      assertThat(reason(pub, 1, "$delayed/0/secret")).isEqualTo(0x87);
      assertThat(reason(pub, 2, "$delayed/0/$SYS/x")).isEqualTo(0x87);
      assertThat(reason(pub, 3, "$delayed/x/ok/a")).isEqualTo(0x90);
      assertThat(reason(pub, 4, "$delayed/0/ok/a")).isZero();
      assertThat(sub.receive(PUBLISH).topic()).isEqualTo("ok/a");
      pub.close();
      sub.close();
    }
  }

  private static int reason(RawClient pub, int id, String topic) {
    byte[] ack = pub.publish(topic, 1, id, X).receive(PUBACK).body();
    return ack.length > 2 ? ack[2] & 0xFF : 0;
  }

  /** Nor does who has gone meanwhile, and who may no longer. */
  @Test
  void whoMayNoLongerIsNotPublishedLater() {
    var ahead = new AtomicLong();
    try (TestBroker broker = TestBroker.start(ahead::get);
        RawClient reader = broker.raw(5).connected("reader", true)) {
      reader.subscribe(1, "#", 0).receive(9);
      RawClient gone = broker.raw(5).connected("gone", true);
      gone.publish("$delayed/600/secret/a", 1, 1, X).receive(PUBACK);
      gone.close();
      try (RawClient writer = broker.raw(5).connected("writer", true)) {
        writer.publish("$delayed/600/secret/b", 1, 1, X).receive(PUBACK);
        writer.publish("$delayed/600/public/c", 1, 2, X).receive(PUBACK);
        C21AccessTest.rules(
            broker, "acl.rules = [{permit = deny, action = publish, topics = [\"secret/#\"]}]");
        ahead.addAndGet(TimeUnit.HOURS.toMillis(1));
        assertThat(reader.receive(PUBLISH).topic()).isEqualTo("public/c");
      }
    }
  }
}
