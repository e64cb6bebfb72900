package io.nanomq.limit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.nanomq.config.model.MqttConf.Flapping;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BanListTest {
  private static final Flapping THREE = new Flapping(3, 60, 300);

  private long now = 1_000_000;
  // By how much the time of day was set since it began.
  private long setBy;
  private final BanList bans = new BanList(new Time(true), new Time(false));

  private final class Time extends Clock {
    private final boolean isOfDay;

    Time(boolean isOfDay) {
      this.isOfDay = isOfDay;
    }

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
      return Instant.ofEpochSecond(isOfDay ? now + setBy : now);
    }
  }

  private Ban ban(Ban.Kind kind, String who, long until) {
    return new Ban(kind, who, "admin", "", now, until);
  }

  @Test
  void aListThatIsEmptyAgainCostsAConnectNothing() {
    bans.replace(List.of(ban(Ban.Kind.CLIENT_ID, "bad", Ban.FOREVER)));
    bans.replace(List.of());
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    String longId = "c".repeat(1_000);

    assertThat(bans.find(longId, longId, "192.0.2.1")).isNull();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1_000; i++) {
      bans.find(longId, longId, "192.0.2.1");
    }

    long each = (threads.getCurrentThreadAllocatedBytes() - before) / 1_000;
    assertThat(each).isLessThan(100);
  }

  @ParameterizedTest
  @CsvSource({
    "bad, joe, 10.0.0.1, true",
    "good, eve, 10.0.0.1, true",
    "good, , 10.0.0.1, false",
    "good, joe, 192.0.2.7, true",
    "good, joe, 192.0.2.8, false",
    "good, joe, 198.51.100.200, true",
    "good, joe, 198.51.101.1, false",
    "good, joe, 2001:db8:0:0:0:0:0:9, true",
    "good, joe, 2001:db9:0:0:0:0:0:9, false",
    "eve, bad, 10.0.0.1, false"
  })
  void whoIsBannedByWhat(String client, String user, String address, boolean isBanned) {
    bans.replace(
        List.of(
            ban(Ban.Kind.CLIENT_ID, "bad", Ban.FOREVER),
            ban(Ban.Kind.USERNAME, "eve", Ban.FOREVER),
            ban(Ban.Kind.ADDRESS, "::ffff:192.0.2.7", Ban.FOREVER),
            ban(Ban.Kind.ADDRESS, "198.51.100.0/24", Ban.FOREVER),
            ban(Ban.Kind.ADDRESS, "2001:db8::/32", Ban.FOREVER)));
    assertThat(bans.find(client, user, address) != null).isEqualTo(isBanned);
  }

  @Test
  void aBanEnds() {
    bans.replace(
        List.of(
            ban(Ban.Kind.CLIENT_ID, "c", now + 10), ban(Ban.Kind.ADDRESS, "10.0.0.0/8", now + 20)));
    now += 9;
    assertThat(bans.find("c", null, "192.0.2.1")).isNotNull();
    now += 1;
    assertThat(bans.find("c", null, "192.0.2.1")).isNull();
    assertThat(bans.find("c", null, "10.1.1.1")).isNotNull();
    assertThat(bans.all()).extracting(Ban::who).containsExactly("10.0.0.0/8");
    now += 10;
    assertThat(bans.find("c", null, "10.1.1.1")).isNull();
  }

  @Test
  void whoComesOnceMoreThanItMayIsBannedForATime() {
    for (int i = 0; i < 3; i++) {
      assertThat(bans.connects("often", THREE)).isFalse();
      assertThat(bans.connects("other" + i, THREE)).isFalse();
    }
    now += 59;
    assertThat(bans.connects("often", THREE)).isTrue();
    assertThat(bans.find("often", null, "10.0.0.1"))
        .satisfies(ban -> assertThat(ban.by()).isEqualTo("flapping_detect"));
    assertThat(bans.find("other0", null, "10.0.0.1")).isNull();
    now += 300;
    assertThat(bans.find("often", null, "10.0.0.1")).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {3_600, -86_400})
  void aClockThatIsSetChangesNothingOfWhatLasts(long jump) {
    for (int i = 0; i < 4; i++) {
      bans.connects("banned", THREE);
    }
    for (int i = 0; i < 3; i++) {
      bans.connects("watched", THREE);
    }
    setBy = jump;
    assertThat(bans.find("banned", null, "10.0.0.1")).isNotNull();
    assertThat(bans.all()).extracting(Ban::untilSeconds).containsExactly(now + jump + 300);
    assertThat(bans.all()).extracting(Ban::atSeconds).containsExactly(now + jump);
    assertThat(bans.connects("watched", THREE)).isTrue();
    now += 300;
    assertThat(bans.find("banned", null, "10.0.0.1")).isNull();
    assertThat(bans.all()).isEmpty();
  }

  @Test
  void aClockThatStandsStillChangesNothingOfWhatLasts() {
    for (int i = 0; i < 4; i++) {
      bans.connects("banned", THREE);
    }
    for (int i = 0; i < 3; i++) {
      bans.connects("watched", THREE);
    }
    now += 61;
    setBy -= 61;
    assertThat(bans.connects("watched", THREE)).as("another window").isFalse();
    now += 239;
    setBy -= 239;
    assertThat(bans.find("banned", null, "10.0.0.1")).isNull();
  }

  @Test
  void aNewWindowBeginsAnew() {
    for (int i = 0; i < 20; i++) {
      assertThat(bans.connects("c", THREE)).isFalse();
      now += 20;
    }
  }

  @Test
  void whatTheBrokerBannedItselfIsKeptByOtherChangesAndCanBeLifted() {
    for (int i = 0; i < 4; i++) {
      bans.connects("c", THREE);
    }
    bans.replace(List.of());
    assertThat(bans.find("c", null, "")).isNotNull();
    assertThat(bans.lift(Ban.Kind.USERNAME, "c")).isFalse();
    assertThat(bans.lift(Ban.Kind.CLIENT_ID, "c")).isTrue();
    assertThat(bans.find("c", null, "")).isNull();
  }

  @Test
  void asManyClientsAreCountedAsThereIsRoomFor() {
    for (int i = 0; i < FlappingDetector.MAX_CLIENTS; i++) {
      bans.connects("c" + i, THREE);
    }
    for (int i = 0; i < 9; i++) {
      assertThat(bans.connects("one more", THREE)).isFalse();
    }
    now += 60;
    for (int i = 0; i < 3; i++) {
      assertThat(bans.connects("one more", THREE)).isFalse();
    }
    assertThat(bans.connects("one more", THREE)).isTrue();
  }
}
