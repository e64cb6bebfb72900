package io.nanomq.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.ManualLoops;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.SessionStore;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What cannot be read is asked for again, less and less often. */
class PageRequestsTest {
  private static final MessagePage FAILED = new MessagePage(List.of(), false, true);
  private static final MessagePage NOT_YET = new MessagePage(List.of(), false, false);

  private final ManualLoops loops = new ManualLoops(1);
  private final List<Long> asked = new ArrayList<>();
  private MessagePage answer = FAILED;
  private final PageRequests requests = new PageRequests(loops.context(0), store());

  @AfterEach
  void close() {
    loops.shutdownGracefully();
  }

  /** A store that does nothing but answer. */
  @SuppressWarnings("unchecked")
  private SessionStore store() {
    return (SessionStore)
        Proxy.newProxyInstance(
            SessionStore.class.getClassLoader(),
            new Class<?>[] {SessionStore.class},
            (proxy, method, arguments) -> {
              asked.add(loops.nowMillis());
              ((Consumer<MessagePage>) arguments[3]).accept(answer);
              return null;
            });
  }

  private void ask() {
    requests.ask(7, 0, page -> requests.answered(page, false, this::ask));
  }

  private List<Long> gaps() {
    List<Long> gaps = new ArrayList<>();
    for (int i = 1; i < asked.size(); i++) {
      gaps.add(asked.get(i) - asked.get(i - 1));
    }
    return gaps;
  }

  @Test
  void eachFailureDoublesTheWhileUpToTenSeconds() {
    ask();
    loops.advance(50_000);
    List<Long> gaps = gaps();
    assertThat(gaps.get(0)).isBetween(200L, 400L);
    assertThat(gaps).hasSize(9).isSorted();
    assertThat(gaps.get(gaps.size() - 1)).isBetween(10_000L, 10_200L);
    assertThat(requests.isUnderWay()).isTrue();
  }

  @Test
  void whoWaitsForPagesGetsLargerOnesWhileThereIsRoom() {
    for (int times : new int[] {2, 4, 8, 8}) {
      requests.hurry();
      assertThat(requests.times()).isEqualTo(times);
    }
    requests.slowDown();
    assertThat(requests.times()).isEqualTo(1);
  }

  @Test
  void whatIsNotSafeYetOrHasNoRoomIsAskedForSoon() {
    ask();
    loops.advance(20_000);
    answer = NOT_YET;
    loops.advance(20_000);
    asked.clear();
    loops.advance(2_000);
    assertThat(gaps()).isNotEmpty().allMatch(gap -> gap <= 400);
  }
}
