package io.nanomq.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import org.junit.jupiter.api.Test;

class VerdictCacheTest {
  private final Budget budget = new Budget(Purpose.VERDICTS, 3L * VerdictCache.ENTRY_BYTES);
  private long now = 5;
  private final VerdictCache cache = new VerdictCache(100, budget, () -> now);

  private VerdictCache.Key key(String body) {
    return cache.key(() -> new RequestTemplate.Filled("http://h/", body));
  }

  @Test
  void anAnswerLastsAsLongAsItIsSaidTo() {
    cache.put(key("a"), BackendAnswer.ALLOW);
    cache.put(key("b"), BackendAnswer.DENY);
    assertThat(cache.get(key("a"))).isEqualTo(BackendAnswer.ALLOW);
    assertThat(cache.get(key("b"))).isEqualTo(BackendAnswer.DENY);
    assertThat(cache.get(key("c"))).isNull();
    now = 104;
    assertThat(cache.get(key("a"))).isEqualTo(BackendAnswer.ALLOW);
    now = 105;
    assertThat(cache.get(key("a"))).isNull();
    cache.clear();
    assertThat(budget.held()).isZero();
  }

  @Test
  void theOldestGoesWhereThereIsNoRoom() {
    for (String body : new String[] {"a", "b", "c", "d"}) {
      cache.put(key(body), BackendAnswer.ALLOW);
    }
    assertThat(cache.get(key("a"))).isNull();
    assertThat(cache.get(key("d"))).isEqualTo(BackendAnswer.ALLOW);
    assertThat(cache.size()).isEqualTo(3);
    assertThat(budget.held()).isEqualTo(3L * VerdictCache.ENTRY_BYTES);
    cache.clear();
    assertThat(budget.held()).isZero();
  }

  @Test
  void nothingIsKeptWhereNothingIsToBe() {
    VerdictCache off = new VerdictCache(0, budget, () -> now);
    VerdictCache.Key key = off.key(() -> new RequestTemplate.Filled("u", "b"));
    off.put(key, BackendAnswer.ALLOW);
    assertThat(off.get(key)).isNull();
    assertThat(budget.held()).isZero();
  }
}
