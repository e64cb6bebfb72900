package io.nanomq.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedPayloadsTest {
  private static final int LARGE = SharedPayloads.LARGE_BYTES;

  private final SharedPayloads payloads = new SharedPayloads();

  @AfterEach
  void close() {
    payloads.close();
  }

  private ByteBuf copy(byte[] payload) {
    ByteBuf copy = payloads.room(payload, payload.length);
    assertThat(copy.readableBytes()).isZero();
    return copy.writeBytes(payload);
  }

  @Test
  void whoComesLaterSendsTheSameCopy() {
    byte[] payload = new byte[LARGE];
    ByteBuf first = copy(payload);
    ByteBuf second = payloads.find(payload);
    assertThat(second).isSameAs(first);
    assertThat(payloads.find(new byte[LARGE])).as("another of the same bytes").isNull();
    first.release(2);
    ByteBuf third = payloads.find(payload);
    assertThat(third).isSameAs(first);
    assertThat(third.readableBytes()).isEqualTo(LARGE);
    third.release();
  }

  @Test
  void whatIsSentIsNotWrittenTo() {
    byte[] payload = new byte[LARGE];
    ByteBuf first = copy(payload);
    ByteBuf second = copy(new byte[LARGE]);
    assertThat(second).isNotSameAs(first);
    first.release();
    ByteBuf third = copy(new byte[LARGE]);
    assertThat(third).as("memory of the first, which nobody sends").isSameAs(first);
    assertThat(payloads.find(payload)).isNull();
    second.release();
    third.release();
  }

  @Test
  void whatIsKeptIsBounded() {
    List<ByteBuf> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(copy(new byte[LARGE * 4]));
    }
    all.forEach(ByteBuf::release);
    long kept = all.stream().filter(copy -> copy.refCnt() > 0).mapToLong(ByteBuf::capacity).sum();
    assertThat(kept).isEqualTo(SharedPayloads.MOST_BYTES);
    payloads.close();
    assertThat(all).allMatch(copy -> copy.refCnt() == 0);
  }

  @Test
  void whatIsSmallOrHugeIsNotKept() {
    for (int length : new int[] {LARGE - 1, SharedPayloads.MOST_BYTES + 1}) {
      byte[] payload = new byte[length];
      ByteBuf copy = copy(payload);
      assertThat(payloads.find(payload)).isNull();
      assertThat(copy.release()).isTrue();
    }
  }

  /** Nobody keeps the message itself, but only its packet. */
  @Test
  void whatCannotBeFoundMakesRoomAllTheSame() {
    ByteBuf first = payloads.room(null, LARGE);
    first.release();
    assertThat(payloads.find(null)).isNull();
    ByteBuf second = payloads.room(null, LARGE);
    assertThat(second).isSameAs(first);
    second.release();
  }
}
