package io.nanomq.authn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LoginGuardTest {
  private final Time time = new Time();
  private final LoginGuard guard = new LoginGuard(time);

  @Test
  void refusesAnAddressThatFailsTooOftenUntilTheMinuteIsOver() {
    for (int i = 0; i < LoginGuard.MAX_FAILURES; i++) {
      assertThat(guard.secondsToWait("a")).isZero();
      guard.failed("a");
    }

    assertThat(guard.secondsToWait("a")).isEqualTo(60);
    assertThat(guard.secondsToWait("b")).isZero();
    time.now = time.now.plus(Duration.ofMillis(59_001));
    assertThat(guard.secondsToWait("a")).isEqualTo(1);
    time.now = time.now.plus(Duration.ofMillis(999));
    assertThat(guard.secondsToWait("a")).isZero();
  }

  @Test
  void oneNetworkOfSixthVersionIsOneAddress() {
    for (int i = 0; i < LoginGuard.MAX_FAILURES; i++) {
      guard.failed("2001:db8:0:1:" + Integer.toHexString(i) + "::1");
    }

    assertThat(guard.secondsToWait("2001:db8:0:1::ffff")).isEqualTo(60);
    assertThat(guard.secondsToWait("2001:db8:0:2::1")).isZero();
  }

  @Test
  void slowFailuresAreForgiven() {
    for (int i = 0; i < LoginGuard.MAX_FAILURES * 2; i++) {
      guard.failed("a");
      time.now = time.now.plusSeconds(4);
      assertThat(guard.secondsToWait("a")).isZero();
    }
  }

  @Test
  void anAddressOfTheFourthVersionIsOneInEverySpelling() {
    for (int i = 0; i < LoginGuard.MAX_FAILURES / 2; i++) {
      guard.failed("::ffff:192.0.2.7");
      guard.failed("::FFFF:c000:207");
    }

    assertThat(guard.secondsToWait("192.0.2.7")).isEqualTo(60);
    assertThat(guard.secondsToWait("::ffff:192.0.2.7")).isEqualTo(60);
    assertThat(guard.secondsToWait("::ffff:192.0.2.8")).isZero();
    assertThat(guard.secondsToWait("192.0.2.8")).isZero();
  }

  @Test
  void remembersSoManyAddressesOnly() {
    for (int i = 0; i < LoginGuard.MAX_FAILURES; i++) {
      guard.failed("first");
    }
    for (int i = 0; i < LoginGuard.MAX_ADDRESSES; i++) {
      guard.failed("other" + i);
    }

    assertThat(guard.secondsToWait("first")).isZero();
  }

  private static final class Time extends Clock {
    private Instant now = Instant.EPOCH;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
