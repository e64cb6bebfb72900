package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.nanomq.metrics.DropReason;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FullQueueTest {
  private final SessionFixture f = new SessionFixture(1);

  @AfterEach
  void close() {
    f.close();
  }

  @Test
  void whatAFullQueueRefusesMakesNoGarbage() {
    f.queueLength = 1;
    doesNotAcknowledge("first");
    allocatedBy1000Messages();
    long toOne = allocatedBy1000Messages();
    IntStream.range(0, 10).forEach(i -> doesNotAcknowledge("more" + i));
    allocatedBy1000Messages();

    long toEleven = allocatedBy1000Messages();

    assertThat((toEleven - toOne) / 10_000).as("bytes of one more who refuses").isLessThan(16);
    assertThat(f.drops(DropReason.QUEUE_FULL)).isEqualTo(24_000 - 2 * 11);
  }

  private void doesNotAcknowledge(String id) {
    var connect = SessionFixture.connect(id, 5, true, null, 1);
    f.subscribe(f.open(0, connect, 0, new RecordingWriter(5)).session(), "t");
  }

  private long allocatedBy1000Messages() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    IntStream.range(0, 1_000).forEach(i -> f.publish(0, "t", "refused", 1));
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
