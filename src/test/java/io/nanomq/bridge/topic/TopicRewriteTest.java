package io.nanomq.bridge.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.BridgeConf;
import io.nanomq.packet.TopicName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicRewriteTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // local, remote, prefix, suffix, topic, there
        "a/#, '', '', '', a/b/c, a/b/c",
        "a/#, '', '', '', a, a",
        "a/#, '', '', '', b, -",
        "a/+, '', '', '', a/b/c, -",
        "a/+, '', '', '', a/, a/",
        "a, '', '', '', a/, -",
        "#, '', '', '', $SYS/x, -",
        "+/x, '', '', '', $SYS/x, -",
        "$SYS/#, '', '', '', $SYS/x, $SYS/x",
        "topic1, fwd/topic1, '', '', topic1, fwd/topic1",
        "a/+/b/#, all, '', '', a/1/b/2, all",
        "a/#, b/#, '', '', a/x/y, b/x/y",
        "a/#, b/#, '', '', a, b",
        "a/+/c/+, x/+/y/+, '', '', a/1/c/2, x/1/y/2",
        "a/+/#, +/b/#, '', '', a/1/2/3, 1/b/2/3",
        // an empty level in front is one of its own
        "/a/+, /b/+, '', '', /a/1, /b/1",
        "/a/#, #, '', '', /a/b/c, b/c",
        "#, x/#, '', '', /a/b, x//a/b",
        "+/a, +/b, '', '', /a, /b",
        // what is missing is left out with its slash, in front as well
        "a/#, +/b, '', '', a/1, b",
        "a/#, +/+/b/#, '', '', a/x, b/x",
        // a part of the filter is that part of the topic, as NanoMQ has it
        "id/zb/+/abv/#, +/abv/#, '', '', id/zb/x/abv/1/2, x/abv/1/2",
        "id/zb/+/abv/+/#, +, '', '', id/zb/x/abv/1/2, x",
        "id/zb/+/abv/#, zb/+, '', '', id/zb/x/abv/1/2, zb/x",
        "id/zb/+/abv/#, #, '', '', id/zb/x/abv/1/2, 1/2",
        "id/+/abv/+/#, abv/+/#, '', '', id/x/abv/1/2/3, abv/1/2/3",
        "id/+/abv/+/c, abv/+, '', '', id/x/abv/1/c, abv/1",
        "a/#, '', pre/, /post, a/b, pre/a/b/post",
        "a/#, b, pre/, '', a/b, pre/b",
        "a, '', '#', '', a, -",
        "$share/g/a/+, '', x/, '', a/1, x/a/1",
      })
  void topics(
      String local, String remote, String prefix, String suffix, String topic, String there) {
    var rule = new BridgeConf.Topic(remote, local, prefix, suffix, -1, -1, 0);
    TopicName mapped = TopicRewrite.forward(rule).map(TopicName.of(topic));
    assertThat(mapped == null ? null : mapped.text()).isEqualTo(there);
    var mirrored = new BridgeConf.Topic(local, remote, prefix, suffix, -1, -1, 0);
    TopicName back = TopicRewrite.subscription(mirrored).map(TopicName.of(topic));
    assertThat(back).isEqualTo(mapped);
  }

  @ParameterizedTest
  @CsvSource({"-1,-1,true", "-1,0,false", "-1,1,false"})
  void qosAndRetain(int qos, int retain, boolean same) {
    TopicRewrite rule = TopicRewrite.forward(new BridgeConf.Topic("", "a", "", "", qos, retain, 0));
    assertThat(rule.changesNothing()).isEqualTo(same);
    assertThat(rule.qos(1)).isEqualTo(1);
    assertThat(rule.retain(true)).isEqualTo(retain != 0);
    assertThat(rule.retain(false)).isEqualTo(retain == 1);
    assertThat(TopicRewrite.forward(new BridgeConf.Topic("", "a", "", "", 2, -1, 0)).qos(0))
        .isEqualTo(2);
  }

  /** A topic of 65,535 bytes is legal, and longer ones cannot be written [MQTT-1.5.4]. */
  @Test
  void whatGetsTooLongIsNoTopic() {
    TopicRewrite rule = TopicRewrite.forward(new BridgeConf.Topic("", "#", "p/", "", -1, -1, 0));
    assertThat(rule.map(TopicName.of("a".repeat(65_534)))).isNull();
    TopicName longest = rule.map(TopicName.of("a".repeat(65_533)));
    assertThat(longest).isNotNull();
    assertThat(longest.utf8()).hasSize(65_535);
    assertThat(rule.map(TopicName.of("short"))).isSameAs(rule.map(TopicName.of("short")));
    TopicName much = TopicName.of("b".repeat(1000));
    assertThat(rule.map(much)).isNotSameAs(rule.map(much));
  }
}
