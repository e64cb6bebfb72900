package io.nanomq.bridge.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.BridgePath;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class LoopGuardTest {
  private static final byte[] NONE = {};

  private static LoopGuard guard(String own, String other) {
    LoopGuard guard = new LoopGuard(own);
    guard.saysPath(true);
    guard.attach(other);
    return guard;
  }

  @Test
  void aMessageIsNotGivenToWhoeverHadIt() {
    byte[] fromA = guard("a", "b").sent(NONE);
    assertThat(BridgePath.of(fromA)).containsExactly("a");
    assertThat(guard("b", "c").stops(fromA)).isFalse();
    byte[] overB = guard("b", "c").sent(fromA);
    assertThat(BridgePath.of(overB)).containsExactly("a", "b");
    assertThat(guard("c", "a").stops(overB)).isTrue();
    assertThat(guard("c", null).stops(overB)).isFalse();
    assertThat(guard("a", null).hasBeenHere(guard("c", null).sent(overB))).isTrue();
  }

  @Test
  void whatIsFetchedComesFromTheOtherBroker() {
    byte[] fetched = guard("a", "b").received(NONE);
    assertThat(BridgePath.of(fetched)).containsExactly("b");
    assertThat(guard("c", "b").stops(guard("a", "c").sent(fetched))).isTrue();
    assertThat(guard("a", null).received(NONE)).isEmpty();
  }

  @Test
  void aBridgeToItsOwnBrokerSendsNothing() {
    assertThat(guard("a", "a").stops(NONE)).isTrue();
  }

  @Test
  void nothingGoesOnForEver() {
    byte[] longPath = BridgePath.with(NONE, Collections.nCopies(17, "x"));
    assertThat(guard("a", "b").stops(longPath)).isTrue();
    assertThat(guard("a", "b").hasBeenHere(longPath)).isTrue();
    byte[] most = BridgePath.with(NONE, Collections.nCopies(16, "x"));
    assertThat(guard("a", "b").stops(most)).isFalse();
  }

  @Test
  void beforeMqtt5NothingIsSaidButWhatIsKnownHolds() {
    LoopGuard guard = new LoopGuard("a");
    guard.saysPath(false);
    assertThat(guard.isActive()).isFalse();
    assertThat(guard.sent(NONE)).isSameAs(NONE);
    assertThat(guard.marksReceived()).isFalse();
    guard.attach("b");
    assertThat(guard.isActive()).isTrue();
    assertThat(guard.sent(NONE)).isSameAs(NONE);
    assertThat(guard.stops(NONE)).isFalse();
    assertThat(guard.stops(guard.received(NONE))).isTrue();
    guard.attach(null);
    assertThat(guard.isActive()).isFalse();
  }
}
