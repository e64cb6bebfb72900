package io.nanomq.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BridgeFlagTest {
  @Test
  void itIsTriedBothWaysUntilOneIsLetIn() {
    BridgeFlag greeting = new BridgeFlag(4);
    assertThat(greeting.saysBridge()).isTrue();
    greeting.refused();
    assertThat(greeting.saysBridge()).isFalse();
    greeting.refused();
    assertThat(greeting.saysBridge()).isTrue();
    greeting.accepted();
    greeting.refused();
    assertThat(greeting.saysBridge()).isTrue();
  }

  @Test
  void mqtt5HasNoSuchBit() {
    BridgeFlag greeting = new BridgeFlag(5);
    assertThat(greeting.saysBridge()).isFalse();
    greeting.refused();
    assertThat(greeting.saysBridge()).isFalse();
  }
}
