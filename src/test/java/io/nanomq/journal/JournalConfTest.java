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

  /** What a large message costs the disk is what the small ones behind it wait for. */
  @Test
  void whoBringsMuchWaitsForTheDiskBeforeTheOthers() {
    JournalConf conf = new JournalConf(1 << 20, 1 << 30, 0, 8 * MIB);
    long bound = 256 * 1024;
    assertThat(conf.isBehind(8 * MIB, bound, 900_000)).isFalse();
    assertThat(conf.isBehind(bound + 1, bound + 1, 900_000)).isTrue();
    assertThat(conf.isBehind(bound + 1, bound + 1, 16 * 1024)).isFalse();
    assertThat(conf.isBehind(8 * MIB + 1, 0, 0)).isTrue();
  }
}
