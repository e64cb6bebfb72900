package io.nanomq.authn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoredPasswordsTest {
  private static final String BCRYPT =
      "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

  private static boolean matches(Map<String, String> users, String user, String password) {
    return new StoredPasswords(users).matches(user, password.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void onlyTheRightPasswordOfAUserMatches() {
    Map<String, String> users = Map.of("ann", BCRYPT, "bob", "plain", "eve", "");
    assertThat(matches(users, "ann", "U*U")).isTrue();
    assertThat(matches(users, "bob", "plain")).isTrue();
    assertThat(matches(users, "bob", "U*U")).isFalse();
    assertThat(matches(users, "nobody", "U*U")).as("the hash of somebody else").isFalse();
    assertThat(matches(users, "nobody", "")).isFalse();
    assertThat(matches(Map.of(), "nobody", "")).isFalse();
  }

  @Test
  void nobodyIsLetInByAPasswordThatIsCutOff() {
    Map<String, String> users = Map.of("ann", BCRYPT, "bob", "b".repeat(10_000));
    String tooLong = "U*U".repeat(StoredPasswords.MAX_HASHED_BYTES);
    assertThat(matches(users, "ann", tooLong)).isFalse();
    assertThat(matches(users, "bob", "b".repeat(10_000))).isTrue();
  }

  @Test
  void whereNoPasswordIsAHashNothingIsSlow() {
    assertThat(new StoredPasswords(Map.of("a", "b", "c", "d")).isSlow()).isFalse();
    assertThat(new StoredPasswords(Map.of("a", "b", "c", BCRYPT)).isSlow()).isTrue();
  }
}
