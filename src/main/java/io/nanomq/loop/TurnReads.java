package io.nanomq.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * How much is read from a socket at once: as much as it had lately, and what is read is work of the
 * turn. Once that is used up each socket that has something is read a little of, and the rest in
 * later turns. Without this very many sockets with much to read at the same moment were one turn,
 * however long.
 */
public final class TurnReads extends DefaultMaxMessagesRecvByteBufAllocator {
  /** What is read from each socket in a turn that is used up, in bytes. */
  public static final int LITTLE_BYTES = 2_048;

  private static final int LEAST_BYTES = 512;
  private static final int MOST_BYTES = 64 * 1024;

  /** What a socket gets more at once where it had all that there was room for. */
  private static final int GROWTH_SHIFT = 4;

  private static final int READS_A_TURN = 16;

  /** Asking the kernel, and handing over what it gave. */
  private static final int READ = 16;

  /** As many bytes cost one unit: the kernel copies them, and what is no whole packet is copied. */
  private static final int BYTES_SHIFT = 8;

  /** What the largest read costs. */
  public static final int LARGEST = READ + (MOST_BYTES >> BYTES_SHIFT);

  private final Socket socket;

  public TurnReads(Socket socket) {
    super(READS_A_TURN);
    this.socket = socket;
  }

  /** Whose reads these are. */
  public interface Socket {
    /** That of the loop that it is on now. */
    TurnBudget turn();

    /** Whether its next read counted before, and may be large though the turn is used up; once. */
    boolean takeLargeRead();
  }

  @Override
  public Handle newHandle() {
    return new Sizes();
  }

  /** Of one socket. */
  @LoopConfined
  private final class Sizes extends MaxMessageHandle {
    private TurnBudget turn = socket.turn();
    private int size = LITTLE_BYTES;
    private boolean hadLess;

    @Override
    public int guess() {
      return size;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
      turn = socket.turn();
      return socket.takeLargeRead() || !turn.isUsedUp()
          ? alloc.ioBuffer(size)
          : alloc.ioBuffer(LITTLE_BYTES, LITTLE_BYTES);
    }

    @Override
    public void lastBytesRead(int bytes) {
      super.lastBytesRead(bytes);
      turn.spend(READ + (Math.max(0, bytes) >> BYTES_SHIFT));
      if (bytes >= size) {
        size = Math.min(MOST_BYTES, size << GROWTH_SHIFT);
        hadLess = false;
      }
    }

    /** A second time in a row that it had less than half of what there was room for. */
    @Override
    public void readComplete() {
      boolean hasLess = totalBytesRead() <= size >> 1 && !turn.isUsedUp();
      if (hasLess && hadLess && size > LEAST_BYTES) {
        size >>= 1;
        hadLess = false;
      } else {
        hadLess = hasLess;
      }
    }

    @Override
    public boolean continueReading() {
      return !turn.isUsedUp() && super.continueReading();
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return !turn.isUsedUp() && super.continueReading(maybeMore);
    }
  }
}
