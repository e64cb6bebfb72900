package io.nanomq;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

/** That the check of all other tests sees anything. */
class LeakCheckTest {

  @Test
  void aForgottenBufferIsFound() {
    var check = new LeakCheck();
    check.beforeAll(null);
    forget();

    assertThatThrownBy(() -> LeakCheck.check(getClass().getClassLoader()))
        .hasMessageContaining("LEAK:");

    check.beforeAll(null);
  }

  private static void forget() {
    PooledByteBufAllocator.DEFAULT.buffer(1);
  }
}
