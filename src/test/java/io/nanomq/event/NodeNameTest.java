package io.nanomq.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeNameTest {
  @Test
  void theEnvironmentKnowsBest() {
    assertThat(NodeName.of(Map.of("HOSTNAME", " nanomq-0 "))).isEqualTo("nanomq-0");
  }

  @Test
  void thereIsAlwaysAName() {
    assertThat(NodeName.of(Map.of())).isNotBlank().doesNotContain("\n");
  }

  @Test
  void wildcardsDoNotGetIntoTopics() {
    assertThat(NodeName.inTopic("a+b#c/d")).isEqualTo("a%2Bb%23c/d");
  }
}
