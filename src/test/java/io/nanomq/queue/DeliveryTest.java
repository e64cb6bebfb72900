package io.nanomq.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class DeliveryTest {
  private static final int COUNT = 20_000;
  private static final int PLACES = 8 * 4; // what an InflightWindow has for it

  @Test
  void takesTheBytesThatItIsChargedWith() {
    Delivery[] kept = new Delivery[COUNT];
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    fill(kept);

    long before = threads.getCurrentThreadAllocatedBytes();
    fill(kept);
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / COUNT;

    assertThat(each + PLACES).isEqualTo(kept[COUNT - 1].referenceBytes());
  }

  private static void fill(Delivery[] kept) {
    for (int i = 0; i < COUNT; i++) {
      kept[i] = new Delivery(null, 1, true, null, null, i);
    }
  }

  @Test
  void knowsWhetherItIsRetainedAndReceived() {
    Delivery retained = new Delivery(null, 2, true, null, null, 1);
    assertThat(retained.retain()).isTrue();
    assertThat(retained.isReceived()).isFalse();

    retained.received();
    assertThat(retained.retain()).isTrue();
    assertThat(retained.isReceived()).isTrue();

    Delivery other = new Delivery(null, 2, false, null, null, 2);
    other.received();
    assertThat(other.retain()).isFalse();
    assertThat(other.isReceived()).isTrue();
  }
}
