package io.nanomq.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts that something is refused with the reason code that the specification names. */
public final class Rejections {
  private Rejections() {}

  public static void assertRejected(ReasonCode reason, ThrowingCallable what) {
    Throwable thrown = catchThrowable(what);
    assertThat(thrown).isInstanceOf(ProtocolError.class);
    assertThat(((ProtocolError) thrown).reason()).as(thrown.getMessage()).isEqualTo(reason);
  }
}
