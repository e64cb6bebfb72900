package io.nanomq.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeferredSessionStoreTest {
  private final List<String> done = new ArrayList<>();
  private final List<Integer> tasks = new ArrayList<>();
  private final DeferredSessionStore store =
      new DeferredSessionStore(
          loop ->
              task -> {
                tasks.add(loop);
                task.run();
              });

  private void ask(int loop, long token) {
    store.open(loop).afterCommit(t -> done.add(loop + ":" + t), token);
  }

  @Test
  void nobodyIsCalledBackBeforeTheCommitAndThenAllInOneTaskOfTheirLoop() {
    ask(0, 1);
    ask(1, 2);
    ask(0, 3);
    assertThat(done).isEmpty();
    assertThat(store.waiting()).isEqualTo(3);
    store.commit();
    assertThat(done).containsExactlyInAnyOrder("0:1", "0:3", "1:2");
    assertThat(done.indexOf("0:1")).isLessThan(done.indexOf("0:3"));
    assertThat(tasks).containsExactlyInAnyOrder(0, 1);
    store.commit();
    assertThat(done).hasSize(3);
  }

  @Test
  void aCommitMayStopHalfWay() {
    ask(0, 1);
    ask(0, 2);
    store.commit(0, 1);
    assertThat(done).containsExactly("0:1");
    store.commitFromNowOn();
    ask(0, 3);
    assertThat(done).containsExactly("0:1", "0:2", "0:3");
    assertThat(store.waiting()).isZero();
  }

  @Test
  void theStoreInMemoryIsDoneAtOnce() {
    new MemorySessionStore().afterCommit(t -> done.add("2:" + t), 7);
    assertThat(done).containsExactly("2:7");
  }
}
