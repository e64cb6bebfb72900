package io.nanomq.api.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.memory.UsedHeap;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyMemoryTest {
  private static final long HEAP = 64 * 1024;
  private static final long SMALL = HEAP / 64 / 8;

  private final BodyMemory memory = new BodyMemory(HEAP);

  @Test
  void smallOnesShareTheirPart() {
    BodyMemory.Share[] shares = new BodyMemory.Share[8];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = memory.share();
      assertThat(shares[i].grow(SMALL / 2)).isTrue();
      assertThat(shares[i].grow(SMALL)).isTrue();
      assertThat(shares[i].grow(1)).isTrue();
    }
    BodyMemory.Share last = memory.share();
    assertThat(last.grow(1)).isFalse();
    shares[3].give();
    shares[3].give();
    assertThat(last.grow(SMALL)).isTrue();
    assertThat(memory.share().grow(1)).isFalse();
  }

  @Test
  void oneAtATimeMayBeLarge() {
    BodyMemory.Share large = memory.share();
    assertThat(large.grow(SMALL)).isTrue();
    assertThat(large.grow(SMALL + 1)).isTrue();
    assertThat(large.grow(HEAP / 8)).isTrue();
    assertThat(large.grow(HEAP / 8 + 1)).isFalse();
    assertThat(memory.canHold(HEAP / 8)).isTrue();
    assertThat(memory.canHold(HEAP / 8 + 1)).isFalse();

    BodyMemory.Share second = memory.share();
    assertThat(second.grow(SMALL + 1)).isFalse();
    for (int i = 0; i < 8; i++) {
      assertThat(memory.share().grow(SMALL)).isTrue();
    }
    large.give();
    assertThat(second.grow(SMALL + 1)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "[{}]",
        "{\"a\":{\"b\":1}}",
        "\"a\"",
        "\"ab\",\"\u00e9\"",
        "99",
        "1.5"
      })
  void aTreeCostsNoMoreThanItIsTakenFor(String element) throws Exception {
    String text = "[" + (element + ",").repeat(20_000) + "1]";
    long cost = BodyMemory.cost(Buffer.buffer(text));
    ObjectMapper mapper = new ObjectMapper();
    assertThat(UsedHeap.of(() -> mapper.readTree(text))).isLessThan(cost);
  }

  @Test
  void whatIsNoJsonCostsItsBytes() {
    assertThat(BodyMemory.cost(Buffer.buffer("{,,"))).isEqualTo(9 + 160 + 2 * 72);
    assertThat(BodyMemory.cost(Buffer.buffer(" \n[,"))).isEqualTo(12 + 160 + 72);
    assertThat(BodyMemory.cost(Buffer.buffer("a={,,"))).isEqualTo(15);
    assertThat(BodyMemory.cost(Buffer.buffer())).isZero();
  }
}
