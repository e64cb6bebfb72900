package io.nanomq.connection.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.RewriteConf;
import io.nanomq.packet.TopicName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Other names for topics. */
class TopicRewritesTest {
  private long work;
  private final TopicRewrites rewrites =
      new TopicRewrites(
          List.of(
              new RewriteConf(true, true, "x/#", "^x/y/(.+)$", "z/y/$1"),
              new RewriteConf(true, false, "x/#", "^x/(\\d+)/(.*)$", "$2/of/$1/$3"),
              new RewriteConf(false, true, "only/+", "^only/(.*)$", "s/$1"),
              new RewriteConf(true, true, "wild/#", "^wild/(.*)$", "$1"),
              new RewriteConf(true, true, "slow/#", "^(slow/)?(a+)+$", "never")),
          units -> work += units);

  @ParameterizedTest
  @CsvSource({
    "x/y/1,z/y/1",
    "x/y,x/y",
    "x/7/a,a/of/7/",
    "x,x",
    "$x/y/1,$x/y/1",
    "only/a,only/a",
    "wild/,wild/",
    "other,other",
  })
  void messages(String topic, String name) {
    TopicName first = rewrites.published(TopicName.of(topic));
    assertThat(first.text()).isEqualTo(name);
    assertThat(rewrites.published(TopicName.of(topic))).isEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource({
    "x/y/#,z/y/#",
    "$share/g/x/y/+,$share/g/z/y/+",
    "x/7/a,x/7/a",
    "only/a,s/a",
    "only/+,s/+",
    "only/a/b,only/a/b",
    "#,#",
    "$share/g,$share/g",
  })
  void filters(String filter, String name) {
    assertThat(rewrites.subscribed(filter)).isEqualTo(name);
  }

  @Test
  void whatAnExpressionTakesIsCountedIntoTheTurn() {
    rewrites.published(TopicName.of("other"));
    assertThat(work).isLessThan(10);
    rewrites.published(TopicName.of("slow/" + "a".repeat(900) + "!"));
    assertThat(work).as("a step for each character at least").isGreaterThan(60);
    long before = work;
    rewrites.published(TopicName.of("other"));
    assertThat(work).as("it is remembered").isEqualTo(before);
  }

  @Test
  void whatIsRememberedIsShort() {
    for (int i = 0; i < 5_000; i++) {
      rewrites.published(TopicName.of("x/y/" + i));
      assertThat(rewrites.remembered()).isLessThanOrEqualTo(4_096);
    }
    int before = rewrites.remembered();
    for (int length : new int[] {253, 1_000, 60_000}) {
      rewrites.published(TopicName.of("x/y/" + "é".repeat(length)));
    }
    assertThat(rewrites.remembered()).isEqualTo(before);
  }

  @Test
  void noTopicHoldsALoopUp() {
    String topic = "slow/" + "a".repeat(1_000) + "b";
    assertThat(rewrites.published(TopicName.of(topic)).text()).isEqualTo(topic);
    String longer = "x/y/" + "a".repeat(2_000);
    assertThat(rewrites.published(TopicName.of(longer)).text()).isEqualTo(longer);
  }
}
