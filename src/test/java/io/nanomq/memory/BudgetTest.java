package io.nanomq.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final long LIMIT = 2_048_000;
  private static final long SMALL = LIMIT / 2048;

  private final Budget budget = new Budget(Purpose.SESSIONS, LIMIT);
  private final Account mine = new Account("me");
  private final Account others = new Account("others");

  @Test
  void oneSessionMayHoldAQuarter() {
    long quarter = LIMIT / 4;
    assertThat(budget.take(mine, 0, quarter + 1)).isFalse();
    assertThat(budget.held()).as("refused leaves nothing").isZero();
    assertThat(mine.held(Purpose.SESSIONS)).isZero();
    assertThat(budget.take(mine, 0, quarter - 10)).isTrue();
    assertThat(budget.take(mine, quarter - 10, 11)).isFalse();
    assertThat(budget.take(mine, quarter - 10, 10)).isTrue();
    assertThat(mine.held(Purpose.SESSIONS)).isEqualTo(quarter);
  }

  @Test
  void oneAccountMayHoldThreeQuartersAndThreeSixteenthsMoreInSmallSessions() {
    for (int i = 0; i < 6; i++) {
      assertThat(budget.take(mine, 0, LIMIT / 8)).isTrue();
    }
    assertThat(budget.take(mine, 0, LIMIT / 8)).isFalse();
    assertThat(budget.takeLasting(mine, 0, 1)).as("what lasts is never small").isFalse();
    int small = 0;
    while (budget.take(mine, 0, SMALL)) {
      small++;
    }
    assertThat(small * SMALL).isEqualTo(LIMIT / 16 * 3);
    assertThat(budget.take(others, 0, SMALL)).as("room for others").isTrue();
  }

  @Test
  void theLastEighthIsForThoseWhoWantLittle() {
    assertThat(budget.take(mine, 0, LIMIT / 4)).isTrue();
    assertThat(budget.take(mine, 0, LIMIT / 4)).isTrue();
    assertThat(budget.take(others, 0, LIMIT / 4)).isTrue();
    assertThat(budget.take(others, 0, LIMIT / 8)).isTrue();
    assertThat(budget.take(others, 0, SMALL + 1)).isFalse();
    assertThat(budget.take(others, 0, SMALL)).isTrue();
    assertThat(budget.take(null, 0, LIMIT / 8 - SMALL)).as("the broker's own").isTrue();
    assertThat(budget.take(others, 0, 1)).isFalse();
    assertThat(budget.take(null, 0, 1)).isFalse();
    assertThat(budget.held()).isEqualTo(LIMIT);
  }

  @Test
  void whatIsGivenBackCanBeTakenAgainAndLessIsNeverRefused() {
    budget.add(mine, LIMIT);
    assertThat(budget.take(mine, 0, 1)).isFalse();
    assertThat(budget.take(mine, LIMIT, -10)).isTrue();
    budget.give(mine, LIMIT - 10);
    assertThat(budget.take(mine, 0, LIMIT / 4)).isTrue();
  }

  @Test
  void anAddressIsFoundAgainAsLongAsAnythingIsKeptForIt() {
    Accounts accounts = new Accounts();
    Account one = accounts.ofAddress(address("10.1.2.3", 1));
    assertThat(accounts.ofAddress(address("10.1.2.3", 2))).isSameAs(one);
    budget.add(one, 5);
    accounts.release(one);
    accounts.release(one);
    assertThat(accounts.size()).isOne();
    Account again = accounts.ofAddress(address("10.1.2.3", 3));
    assertThat(again).isSameAs(one);
    budget.give(one, 5);
    assertThat(accounts.size()).isOne();
    accounts.release(again);
    assertThat(accounts.size()).isZero();
    Account last = accounts.ofAddress(address("10.1.2.3", 4));
    budget.add(last, 5);
    accounts.release(last);
    budget.give(last, 5);
    assertThat(accounts.size()).as("the last byte is given back last").isZero();
  }

  @Test
  void usersAndAddressesAreApartAndIpv6CountsByItsFirst64Bits() {
    Accounts accounts = new Accounts();
    Account six = accounts.ofAddress(address("2001:db8:1:2::1", 1));
    assertThat(accounts.ofAddress(address("2001:db8:1:2:ffff::9", 1))).isSameAs(six);
    assertThat(accounts.ofAddress(address("2001:db8:1:3::1", 1))).isNotSameAs(six);
    assertThat(accounts.ofUser("10.1.2.3")).isNotSameAs(accounts.ofAddress(address("10.1.2.3", 1)));
    assertThat(accounts.ofUser("a")).isSameAs(accounts.ofUser("a"));
    assertThat(accounts.ofAddress(null).owner()).isNotEmpty();
  }

  private static SocketAddress address(String host, int port) {
    return new InetSocketAddress(host, port);
  }
}
