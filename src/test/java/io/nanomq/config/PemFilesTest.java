package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemFilesTest {
  @TempDir Path folder;

  @Test
  void everyFormOfRsa() throws Exception {
    TestKeys keys = TestKeys.make(folder, "RSA", 30);
    PublicKey certified = PemFiles.certificates(file(keys.certificatePem())).get(0).getPublicKey();
    for (String pem : new String[] {keys.pkcs8(), keys.inner("RSA PRIVATE KEY")}) {
      assertThat(PemFiles.match(PemFiles.privateKey(file(pem), ""), certified)).isTrue();
    }
  }

  @Test
  void encryptedKeys() throws Exception {
    TestKeys keys = TestKeys.make(folder, "RSA", 30);
    byte[] file = file(keys.encrypted("pass"));
    assertThat(PemFiles.privateKey(file, "pass")).isEqualTo(keys.key());
    assertThatThrownBy(() -> PemFiles.privateKey(file, "wrong"))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void ellipticCurves() throws Exception {
    TestKeys keys = TestKeys.make(folder, "EC", 30);
    TestKeys others = TestKeys.make(folder, "EC", 30);
    PublicKey certified = PemFiles.certificates(file(keys.certificatePem())).get(0).getPublicKey();
    assertThat(PemFiles.match(PemFiles.privateKey(file(keys.pkcs8()), ""), certified)).isTrue();
    assertThat(PemFiles.match(others.key(), certified)).isFalse();
    assertThat(PemFiles.match(TestKeys.make(folder, "RSA", 1).key(), certified)).isFalse();
  }

  @Test
  void whatIsNoPem() throws Exception {
    assertThatThrownBy(() -> PemFiles.certificates(file("hello")))
        .hasMessageContaining("holds no certificate");
    assertThatThrownBy(() -> PemFiles.privateKey(file("hello"), ""))
        .hasMessageContaining("holds no private key");
    String broken = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    assertThatThrownBy(() -> PemFiles.privateKey(file(broken), ""))
        .hasMessageContaining("of an unknown kind");
  }

  private static byte[] file(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
