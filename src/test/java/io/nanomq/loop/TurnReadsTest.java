package io.nanomq.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnReadsTest {
  private final LoopContext loop = new ManualLoops(1).context(0);
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private boolean isCounted;
  private final RecvByteBufAllocator.Handle handle =
      new TurnReads(
              new TurnReads.Socket() {
                @Override
                public TurnBudget turn() {
                  return loop.budget();
                }

                @Override
                public boolean takeLargeRead() {
                  return isCounted;
                }
              })
          .newHandle();

  TurnReadsTest() {
    handle.reset(channel.config());
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  /** A read of so many bytes; what it could have been. */
  private int read(int bytes) {
    ByteBuf buffer = handle.allocate(ByteBufAllocator.DEFAULT);
    int capacity = buffer.writableBytes();
    buffer.release();
    handle.attemptedBytesRead(capacity);
    handle.lastBytesRead(Math.min(bytes, capacity));
    handle.incMessagesRead(1);
    return capacity;
  }

  /** Bytes that were read, and units. */
  @ParameterizedTest
  @CsvSource({"-1, 16", "0, 16", "255, 16", "256, 17", "2048, 24"})
  void whatIsReadIsWorkOfTheTurn(int bytes, int units) {
    read(bytes);
    assertThat(loop.budget().left()).isEqualTo(TurnBudget.PER_TURN - units);
  }

  @Test
  void aSocketWithMuchIsReadFromInLargePiecesAsLongAsTheTurnHasRoom() {
    int largest = 0;
    int reads = 0;
    do {
      largest = Math.max(largest, read(1 << 20));
      handle.readComplete();
      handle.reset(channel.config());
      reads++;
    } while (!loop.budget().isUsedUp());
    assertThat(largest).isEqualTo(64 * 1024);
    assertThat(reads).isGreaterThanOrEqualTo(TurnBudget.PER_TURN / TurnReads.LARGEST);
  }

  @Test
  void itIsReadOnOnlyWhereTheTurnHasRoom() {
    read(1 << 20);
    assertThat(handle.continueReading()).isTrue();
    loop.budget().spend(TurnBudget.PER_TURN);
    assertThat(handle.continueReading()).isFalse();
  }

  @Test
  void aLittleIsReadOnceTheTurnIsUsedUpButOfWhoHasPaidForMore() {
    read(1 << 20);
    assertThat(read(1 << 20)).isGreaterThan(TurnReads.LITTLE_BYTES);
    loop.budget().spend(TurnBudget.PER_TURN);
    assertThat(read(1 << 20)).isEqualTo(TurnReads.LITTLE_BYTES);
    isCounted = true;
    assertThat(read(1 << 20)).isGreaterThan(TurnReads.LITTLE_BYTES);
  }

  @Test
  void aSocketWithLittleIsReadFromInSmallPiecesAfterAWhile() {
    read(1 << 20);
    int before = read(1 << 20);
    for (int i = 0; i < 40; i++) {
      handle.reset(channel.config());
      read(40);
      handle.readComplete();
    }
    assertThat(before).isGreaterThan(512);
    assertThat(read(40)).isEqualTo(512);
  }
}
