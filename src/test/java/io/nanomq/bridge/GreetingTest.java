package io.nanomq.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GreetingTest {
  @Test
  void itIsTriedBothWaysUntilOneIsLetIn() {
    Greeting greeting = new Greeting(4);
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
    Greeting greeting = new Greeting(5);
    assertThat(greeting.saysBridge()).isFalse();
    greeting.refused();
    assertThat(greeting.saysBridge()).isFalse();
  }
}
