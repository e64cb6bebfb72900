package io.nanomq.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyFileWatchTest {
  private static final int LOOKS = 6;

  private final Logger logger = Logger.getLogger(KeyFileWatch.class.getName());
  private final Queue<String> said = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void listen() {
    logger.setFilter(record -> !said.add(record.getMessage()));
  }

  @AfterEach
  void stop() {
    logger.setFilter(null);
  }

  /** Files that fail so many times, and are all right then. */
  private static final class Failing implements KeyFiles {
    private final AtomicInteger looks = new AtomicInteger();
    private final int failures;

    Failing(int failures) {
      this.failures = failures;
    }

    @Override
    public String name() {
      return "the pair";
    }

    @Override
    public boolean reload() throws IOException {
      int look = looks.incrementAndGet();
      if (look <= failures) {
        throw new IOException("the key is not the certificate's");
      }
      return look == failures + 1;
    }
  }

  private void look(Failing files) {
    try (var watch = new KeyFileWatch(() -> List.of(files), 1)) {
      await().until(() -> files.looks.get() >= LOOKS);
    }
  }

  @Test
  void aPairThatIsHalfWrittenIsNoWarning() {
    look(new Failing(1));
    assertThat(said).hasSize(1).allMatch(line -> line.contains("was renewed"));
  }

  @Test
  void whatStaysWrongIsToldOnce() {
    look(new Failing(Integer.MAX_VALUE));
    assertThat(said).hasSize(1).allMatch(line -> line.contains("cannot be used"));
  }
}
