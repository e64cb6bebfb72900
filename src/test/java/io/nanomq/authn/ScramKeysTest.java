package io.nanomq.authn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramKeysTest {
  private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");

  /** The exchange of RFC 7677 section 3. */
  private static final byte[] MESSAGE =
      ("n=user,r=rOprNGfwEbeRWgbNEkqO,"
              + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
              + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
              + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")
          .getBytes(StandardCharsets.US_ASCII);

  private static final ScramKeys KEYS = ScramKeys.of("pencil".toCharArray(), SALT, 4096);

  @Test
  void theExampleOfTheStandard() {
    byte[] proof = Base64.getDecoder().decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    assertThat(KEYS.isProof(proof, MESSAGE)).isTrue();
    assertThat(Base64.getEncoder().encodeToString(KEYS.serverSignature(MESSAGE)))
        .isEqualTo("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    proof[0]++;
    assertThat(KEYS.isProof(proof, MESSAGE)).isFalse();
    assertThat(KEYS.isProof(new byte[0], MESSAGE)).isFalse();
    assertThat(ScramKeys.of("pen".toCharArray(), SALT, 4096).isProof(proof, MESSAGE)).isFalse();
  }

  @Test
  void whatIsStoredLetsInByPasswordToo() {
    Base64.Encoder b = Base64.getEncoder();
    String stored =
        "SCRAM-SHA-256$4096:"
            + b.encodeToString(SALT)
            + "$"
            + b.encodeToString(KEYS.storedKey())
            + ":"
            + b.encodeToString(KEYS.serverKey());
    ScramKeys read = ScramKeys.read(stored);
    assertThat(read.iterations()).isEqualTo(4096);
    assertThat(read.matches("pencil".toCharArray())).isTrue();
    assertThat(PasswordHash.isHash(stored)).isTrue();
    assertThat(PasswordHash.matches("pencil".getBytes(StandardCharsets.UTF_8), stored)).isTrue();
    assertThat(PasswordHash.matches("Pencil".getBytes(StandardCharsets.UTF_8), stored)).isFalse();
    assertThat(PasswordHash.matches(stored.getBytes(StandardCharsets.UTF_8), stored)).isFalse();
    assertThat(read.toString()).doesNotContain("[B");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SCRAM-SHA-256$",
        "SCRAM-SHA-256$0:YQ==$YQ==:YQ==",
        "SCRAM-SHA-256$9999999:YQ==$YQ==:YQ==",
        "SCRAM-SHA-256$4096:?$YQ==:YQ==",
        "SCRAM-SHA-256$4096:YQ==$YQ=="
      })
  void whatCannotBeReadLetsNobodyIn(String stored) {
    assertThat(ScramKeys.read(stored)).isNull();
    assertThat(PasswordHash.isHash(stored)).isTrue();
    assertThat(PasswordHash.matches(stored.getBytes(StandardCharsets.UTF_8), stored)).isFalse();
    assertThat(PasswordHash.matches(new byte[0], stored)).isFalse();
  }
}
