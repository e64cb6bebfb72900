package io.nanomq.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JournalConfTest {
  private static final long MIB = 1 << 20;

  /** Others wait behind it for as long as the disk takes for it, and no budget counts it. */
  @Test
  void littleWaitsForTheDiskAndLessOfASmallHeap() {
    assertThat(JournalConf.pendingBytes(4096 * MIB)).isEqualTo(8 * MIB);
    assertThat(JournalConf.pendingBytes(256 * MIB)).isEqualTo(8 * MIB);
    assertThat(JournalConf.pendingBytes(64 * MIB)).isEqualTo(2 * MIB);
  }
}
