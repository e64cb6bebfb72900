package io.nanomq.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.WebhookConf.Event;
import io.nanomq.event.BrokerEvent.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HookFiltersTest {
  private static final String DELIVERED = "on_message_delivered";

  @Test
  void onlyWhatIsListedIsWanted() {
    HookFilters filters = HookFilters.of(List.of(new Event("on_client_connect", "")));

    assertThat(filters.wants(Kind.CONNECTING)).isTrue();
    assertThat(filters.wants(Kind.CONNECTED)).isFalse();
    assertThat(filters.published()).isEmpty();
  }

  @Test
  void messagesWithoutATopicAreAllAndAFilterCountsOnce() {
    HookFilters filters =
        HookFilters.of(
            List.of(
                new Event("on_message_publish", ""),
                new Event("on_message_publish", "a/#"),
                new Event("on_message_publish", "a/#")));

    assertThat(filters.published()).containsExactly("#", "a/#");
  }

  @Test
  void whatIsNoFilterIsLeftOutAndTheOthersStay() {
    HookFilters filters =
        HookFilters.of(List.of(new Event(DELIVERED, "a/#/b"), new Event(DELIVERED, "b")));

    assertThat(filters.matches(Kind.DELIVERED, "a/x/b")).isZero();
    assertThat(filters.matches(Kind.DELIVERED, "b")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b, 1",
    "a/b, a/c, 0",
    "a/b, a, 0",
    "a, a/b, 0",
    "a/+, a/b, 1",
    "a/+, a/, 1",
    "a/+, a/b/c, 0",
    "+, a, 1",
    "a/#, a, 1",
    "a/#, a/b/c, 1",
    "#, a/b, 1",
    "#, $SYS/a, 0",
    "+/a, $SYS/a, 0",
    "$SYS/#, $SYS/a, 1"
  })
  void filtersMatchAsThoseOfSubscriptionsDo(String filter, String topic, int times) {
    HookFilters filters = HookFilters.of(List.of(new Event(DELIVERED, filter)));
    assertThat(filters.matches(Kind.DELIVERED, topic)).isEqualTo(times);
  }

  @Test
  void aMessageIsToldAsOftenAsFiltersMatchIt() {
    HookFilters filters =
        HookFilters.of(List.of(new Event(DELIVERED, "a/#"), new Event(DELIVERED, "+/b")));
    assertThat(filters.matches(Kind.DELIVERED, "a/b")).isEqualTo(2);
    assertThat(filters.matches(Kind.ACKNOWLEDGED, "a/b")).isZero();
  }
}
