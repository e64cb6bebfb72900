package io.nanomq.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentMessagesTest {
  private final RecentMessages recent = new RecentMessages();

  @Test
  void onlyLargeOnesAreRemembered() {
    PublishMessage large = message(4096);
    PublishMessage small = message(4095);
    recent.add(1, large);
    recent.add(2, small);
    assertThat(recent.get(1)).isSameAs(large);
    assertThat(recent.get(2)).isNull();
    assertThat(recent.get(3)).isNull();
  }

  @Test
  void theOldestAreForgotten() {
    List<PublishMessage> kept = new ArrayList<>();
    for (int number = 0; number <= 256; number++) {
      kept.add(message(4096));
      recent.add(number, kept.get(number));
    }
    assertThat(recent.get(0)).isNull();
    assertThat(recent.get(1)).isSameAs(kept.get(1));
    assertThat(recent.get(256)).isSameAs(kept.get(256));
  }

  @Test
  void aMessageThatWasReadAgainIsTheNewest() {
    PublishMessage first = message(4096);
    PublishMessage again = message(4096);
    recent.add(0, first);
    List<PublishMessage> kept = new ArrayList<>();
    for (int number = 1; number <= 255; number++) {
      kept.add(message(4096));
      recent.add(number, kept.get(number - 1));
    }
    recent.add(0, again);
    recent.add(256, first);
    assertThat(recent.get(0)).isSameAs(again);
    assertThat(recent.get(1)).isNull();
  }

  private static PublishMessage message(int bytes) {
    return new PublishMessage(
        TopicName.of("t"), new byte[bytes], new byte[0], 1, false, PublishMessage.NEVER);
  }
}
