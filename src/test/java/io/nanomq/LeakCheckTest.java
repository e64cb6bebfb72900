package io.nanomq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** That the check of all other tests sees anything. */
class LeakCheckTest {

  @Test
  void aForgottenBufferIsFound() {
    var check = new LeakCheck();
    check.beforeAll(null);
    forget();

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> LeakCheck.check(getClass().getClassLoader()))
                    .hasMessageContaining("LEAK:"));

    check.beforeAll(null);
  }

  @Test
  void constantsAreNoBuffersToCollectFor() throws Exception {
    assertThat(LeakCheck.Provoker.constants()).hasSize(5).isSubsetOf(LeakCheck.Provoker.tracked());
  }

  private static void forget() {
    PooledByteBufAllocator.DEFAULT.buffer(1);
  }
}
