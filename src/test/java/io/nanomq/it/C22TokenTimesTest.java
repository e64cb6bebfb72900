package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times of tokens that are no times, or that no clock reaches. */
@Timeout(120)
class C22TokenTimesTest {
  private static final TokenIssuer EC = TokenIssuer.ec("one");
  private static final int WRONG = 0x86;

  /** What overflows where seconds become milliseconds. */
  private static final long MOST_SECONDS = Long.MAX_VALUE / 1000;

  private static TestBroker broker;

  @BeforeAll
  static void trust(@TempDir Path folder) throws Exception {
    broker = TestBroker.start();
    Path file = Files.writeString(folder.resolve("keys"), EC.pem());
    broker.reconfigure(Confs.load("allow_anonymous=false\nauth.jwt.keyfile=" + file + "\n").conf());
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  private static long inAnHour() {
    return System.currentTimeMillis() / 1000 + 3600;
  }

  /** Each as a user of its own: wrong ones are counted. */
  private static int answer(String claim, Object value) {
    Map<String, Object> claims = new TreeMap<>(Map.of("sub", "ann", "exp", inAnHour()));
    claims.put(claim, value);
    try (RawClient client = broker.raw(5)) {
      client.connect("c", claim + value, EC.token(claims));
      int code = client.receive(2).at(1);
      if (code == 0) {
        client.assertNothingMore();
      }
      return code;
    }
  }

  private static final List<Object> NO_TIMES =
      Arrays.asList("soon", "9999999999", "", true, List.of(inAnHour()), Map.of("a", 1));

  @Test
  void anEndThatIsNoTimeOrOverLetsNobodyIn() {
    for (Object none : NO_TIMES) {
      assertThat(answer("exp", none)).as("exp %s", none).isEqualTo(WRONG);
    }
    for (Object over : List.of(0, -1, Long.MIN_VALUE, -1e300, 1.5)) {
      assertThat(answer("exp", over)).as("exp %s", over).isEqualTo(WRONG);
    }
    assertThat(answer("exp", null)).as("no end").isEqualTo(WRONG);
  }

  /** None comes out before the beginning of time, and nobody is let in for a moment. */
  @Test
  void anEndThatNoClockReaches() {
    assertThat(answer("exp", inAnHour() + 0.5)).isZero();
    assertThat(answer("exp", 99_999_999_999_999L)).isZero();
    assertThat(answer("exp", MOST_SECONDS)).as("plus the clock's skew").isZero();
    assertThat(answer("exp", MOST_SECONDS + 1)).isEqualTo(WRONG);
    assertThat(answer("exp", Long.MAX_VALUE)).isEqualTo(WRONG);
    assertThat(answer("exp", 1e300)).isEqualTo(WRONG);
  }

  @Test
  void aBeginningThatIsNoTimeOrAheadLetsNobodyIn() {
    for (Object none : NO_TIMES) {
      assertThat(answer("nbf", none)).as("nbf %s", none).isEqualTo(WRONG);
    }
    for (Object ahead : List.of(inAnHour(), Long.MAX_VALUE, 1e300)) {
      assertThat(answer("nbf", ahead)).as("nbf %s", ahead).isEqualTo(WRONG);
    }
    for (Object past : List.of(0, -1, Long.MIN_VALUE, -1e300)) {
      assertThat(answer("nbf", past)).as("nbf %s", past).isZero();
    }
  }

  /** When it was made is for people: nothing depends on it, but it has to be a time. */
  @ParameterizedTest
  @ValueSource(doubles = {0, -1, -1e300, 99_999_999})
  void whenItWasMadeIsAnyTime(double at) {
    assertThat(answer("iat", at)).isZero();
  }

  @Test
  void nothingIsMadeAfterItsEndOrAtNoTime() {
    assertThat(answer("iat", 1e300)).isEqualTo(WRONG);
    for (Object none : NO_TIMES) {
      assertThat(answer("iat", none)).as("iat %s", none).isEqualTo(WRONG);
    }
  }
}
