package io.nanomq.authn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes that other programs made: OpenSSL, Mosquitto's and passlib's way, published vectors. */
class PasswordHashTest {
  private static boolean matches(String given, String stored) {
    return PasswordHash.matches(given.getBytes(StandardCharsets.UTF_8), stored);
  }

  @ParameterizedTest
  @CsvSource({
    "U*U, $2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    "U*U, $2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    "U*U, $2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    "Hello world!, $5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
    "Hello world!, $6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
    "secret, $7$101$MDEyMzQ1Njc4OWFi$EO/lLlkeUgIiBaS8G8UK0ZMP1u508TA7Tl+AdJ1cEsmlbGyEPAERErpfq84j1kepISs0UzmcdL4ucgZ2uodxfQ==",
    "secret, $pbkdf2-sha256$1000$.//.IHNhbHR5$78wiN5AftS51fz2mjEfTxZGp0qDpB6IKjo3DNvaZmBo",
    "secret, $pbkdf2-sha512$1000$.//.IHNhbHR5$IDypcKioym6QHQQ9FJpnsvNmIUOlzXjfetV5ztbdwkwrLeYzQvMzt6OXicoLJMpCH0mhrtcE/TlqYdWRniUsEQ",
    "secret, $6$MDEyMzQ1Njc4OWFi$qEXipeLbgxRlwd06QHfY5WITkUZg0jLg9SZbXzq3ifXjfj+v3GbJGrSfC5PAg3UNCS+UFfbhUIZX4bmIAs330w==",
    "secret, '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$vd3xQ+2L5I/FNh71ryYnJISpFTEUU0xiA+eBxm4d7mw'",
    "secret, '$argon2id$v=19$m=1024,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$sIcdFcVx3AECOm/ZqsaznKI8Ogx9aNqFlFiQzWl01zU'",
    "secret, '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$6mYtL8QsoZsoR8TtnDXfsv/pfkqNwt9w5GgpHhy/EOM'",
    "secret, '$argon2d$v=19$m=256,t=2,p=2$c29tZXNhbHRzb21lc2FsdA$aaqyEY+GxiFFFKXweBlTtJrBsNSCVnGsBEsYSHOW+5o'",
    "plain, plain",
    "$5, $5",
    "päss, päss"
  })
  void thePasswordAndNoOtherMatches(String password, String stored) {
    assertThat(matches(password, stored)).isTrue();
    assertThat(matches(password + "x", stored)).isFalse();
    assertThat(matches("", stored)).isFalse();
    assertThat(matches(stored + " ", stored)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$2a$",
        "$2a$05$short",
        "$2b$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$5$",
        "$5$$",
        "$5$rounds=x$salt$hash",
        "$6$salt",
        "$6$salt$short",
        "$7$",
        "$7$101$salt",
        "$7$0$MDEyMzQ1Njc4OWFi$EO/l",
        "$7$99999999$MDEyMzQ1Njc4OWFi$EO/l",
        "$7$101$!!!$EO/l",
        "$7$101$MDEy$",
        "$7$101$$EO/l",
        "$pbkdf2-sha1$1000$.//.IHNhbHR5$78wi",
        "$pbkdf2-sha256$1000$.//.IHNhbHR5$$",
        "$pbkdf2-sha256$1000$=$=",
        "$6$MDEy$MDEy",
        "$argon2id$",
        "$argon2id$v=19$m=256,t=2,p=1$!!!$vd3xQ+2L5I/FNh71ryYnJISpFTEUU0xiA+eBxm4d7mw",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$",
        "$argon2id$v=19$m=65537,t=1,p=1$c29tZXNhbHQ$vd3xQ+2L5I",
        "$argon2id$v=19$m=256,t=101,p=1$c29tZXNhbHQ$vd3xQ+2L5I",
        "$argon2id$v=19$m=7,t=1,p=1$c29tZXNhbHQ$vd3xQ+2L5I",
        "$argon2id$v=19$m=256,t=0,p=0$c29tZXNhbHQ$vd3xQ+2L5I",
        "$argon2id$v=18$m=256,t=1,p=1$c29tZXNhbHQ$vd3xQ+2L5I",
        "$1$salt$hash",
        "$apr1$salt$hash",
        "$y$j9T$salt$hash",
        "$scrypt$ln=16,r=8,p=1$salt$hash"
      })
  void whatLooksLikeAHashAndIsNoneLetsNobodyIn(String stored) {
    assertThat(PasswordHash.isHash(stored)).isTrue();
    for (String given : new String[] {"", "x", stored, "hash", "short"}) {
      assertThat(matches(given, stored)).as(given).isFalse();
    }
  }
}
