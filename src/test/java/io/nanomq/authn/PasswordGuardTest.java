package io.nanomq.authn;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.authn.PasswordGuard.Attempt;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class PasswordGuardTest {
  private final Time time = new Time();
  private final PasswordGuard guard = new PasswordGuard(time);

  private static final class Time extends Clock {
    private Instant now = Instant.EPOCH;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private int failuresUntilRefused(String caller, String user, String client) {
    Attempt attempt = Attempt.of(caller, user, client);
    int failures = 0;
    while (!guard.refuses(attempt)) {
      guard.failed(attempt, caller);
      failures++;
    }
    return failures;
  }

  @Test
  void anAddressMayFailForOneUserAsOftenAsForTheApiAndTriesAnotherUser() {
    assertThat(failuresUntilRefused("a", "ann", "c")).isEqualTo(PasswordGuard.MAX_FOR_ONE_USER);
    assertThat(guard.refuses(Attempt.of("a", "ann", "other"))).isTrue();
    assertThat(guard.refuses(Attempt.of("a", "bob", "c"))).isFalse();
    assertThat(guard.refuses(Attempt.of("b", "ann", "c"))).isFalse();
    time.now = time.now.plusMillis(FailureCounts.WINDOW_MILLIS);
    assertThat(guard.refuses(Attempt.of("a", "ann", "c"))).isFalse();
  }

  @Test
  void anAddressThatTriesManyUsersIsRefusedForAll() {
    int failures = 0;
    for (int i = 0; !guard.refuses(Attempt.of("a", "user" + i, "c")); i++) {
      guard.failed(Attempt.of("a", "user" + i, "c"), "a");
      failures++;
    }
    assertThat(failures).isEqualTo(PasswordGuard.MAX_OF_CALLER);
    assertThat(guard.refuses(Attempt.of("b", "user0", "c"))).isFalse();
  }

  @Test
  void aUserWhoIsGuessedAtFromEverywhereIsNotLockedOutAndLittleIsGuessed() {
    int addresses = PasswordGuard.MAX_OF_USER / PasswordGuard.MAX_FOR_ONE_USER;
    for (int i = 0; i < addresses; i++) {
      failuresUntilRefused("attacker" + i, "ann", "c");
    }
    assertThat(failuresUntilRefused("another", "ann", "c"))
        .isEqualTo(PasswordGuard.MAX_UNDER_ATTACK);
    assertThat(guard.refuses(Attempt.of("home", "ann", "c"))).isFalse();
    assertThat(failuresUntilRefused("another", "bob", "c"))
        .isEqualTo(PasswordGuard.MAX_FOR_ONE_USER);
  }

  @Test
  void aClientThatGotInBeforeIsNotKeptOutByWhoSharesItsAddress() {
    guard.succeeded(Attempt.of("nat", "ann", "meter"));
    failuresUntilRefused("nat", "ann", "attacker");
    assertThat(guard.refuses(Attempt.of("nat", "ann", "meter"))).isFalse();
    assertThat(failuresUntilRefused("nat", "ann", "meter"))
        .as("nor may whoever knows its name guess for ever")
        .isEqualTo(PasswordGuard.MAX_FOR_ONE_USER);
  }

  @Test
  void longNamesCountAndCostNoMore() {
    String long1 = "u".repeat(65_000);
    assertThat(failuresUntilRefused("a", long1, "c")).isEqualTo(PasswordGuard.MAX_FOR_ONE_USER);
    assertThat(guard.refuses(Attempt.of("a", long1 + "x", "c"))).isFalse();
    assertThat(Attempt.of("a", long1, long1).client()).hasSizeLessThan(100);
  }

  /**
   * MQTT 5 allows a password alone, which a web server may hold against the client's identifier.
   */
  @Test
  void aPasswordWithoutAUserIsGuessedAtNoFaster() {
    assertThat(failuresUntilRefused("a", null, "meter")).isEqualTo(PasswordGuard.MAX_FOR_ONE_USER);
    assertThat(guard.refuses(Attempt.of("a", null, "other"))).isFalse();
    assertThat(guard.refuses(Attempt.of("a", "meter", "meter"))).isFalse();
    assertThat(guard.refuses(Attempt.of("b", null, "meter"))).isFalse();
  }
}
