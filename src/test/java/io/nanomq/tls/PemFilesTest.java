package io.nanomq.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PemFilesTest {
  private static TestKeys keys;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = TestKeys.make("RSA", 30);
  }

  @Test
  void everyFormOfRsa() throws Exception {
    PublicKey certified = PemFiles.certificates(file(keys.certificatePem())).get(0).getPublicKey();
    for (String pem : new String[] {keys.pkcs8(), keys.inner("RSA PRIVATE KEY")}) {
      assertThat(PemFiles.match(PemFiles.privateKey(file(pem), ""), certified)).isTrue();
    }
  }

  @Test
  void encryptedKeys() throws Exception {
    byte[] file = file(keys.encrypted("pass"));
    assertThat(PemFiles.privateKey(file, "pass")).isEqualTo(keys.key());
    assertThatThrownBy(() -> PemFiles.privateKey(file, "wrong"))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("key_password is wrong");
    assertThatThrownBy(() -> PemFiles.privateKey(file, ""))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("there is no key_password");
  }

  @ParameterizedTest
  @CsvSource({"AES-128-CBC, 16", "AES-192-CBC, 24", "AES-256-CBC, 32", "DES-EDE3-CBC, 24"})
  void keysAsOpensslEncryptedThem(String cipher, int keyBytes) throws Exception {
    byte[] file = file(encrypted(keys.inner("RSA PRIVATE KEY"), cipher, keyBytes, "pass"));
    assertThat(PemFiles.privateKey(file, "pass")).isEqualTo(keys.key());
    assertThatThrownBy(() -> PemFiles.privateKey(file, ""))
        .hasMessageContaining("there is no key_password");
    String unknown = new String(file, StandardCharsets.US_ASCII).replace(cipher, "RC2-40-CBC");
    assertThatThrownBy(() -> PemFiles.privateKey(file(unknown), "pass"))
        .hasMessageContaining("whose cipher is not supported");
  }

  /** The other way round: RFC 1421's headers and the key that OpenSSL makes of a password. */
  private static String encrypted(String pem, String cipher, int keyBytes, String password)
      throws Exception {
    byte[] iv = new byte[cipher.startsWith("AES") ? 16 : 8];
    new SecureRandom().nextBytes(iv);
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    for (byte[] last = {}; key.size() < keyBytes; key.writeBytes(last)) {
      ByteArrayOutputStream hashed = new ByteArrayOutputStream();
      hashed.writeBytes(last);
      hashed.writeBytes(password.getBytes(StandardCharsets.UTF_8));
      hashed.write(iv, 0, 8);
      last = MessageDigest.getInstance("MD5").digest(hashed.toByteArray());
    }
    String name = cipher.startsWith("AES") ? "AES" : "DESede";
    Cipher with = Cipher.getInstance(name + "/CBC/PKCS5Padding");
    SecretKeySpec secret = new SecretKeySpec(Arrays.copyOf(key.toByteArray(), keyBytes), name);
    with.init(Cipher.ENCRYPT_MODE, secret, new IvParameterSpec(iv));
    String base64 = pem.replaceAll("-----[^-]+-----", "").replaceAll("\\s", "");
    byte[] der = with.doFinal(Base64.getDecoder().decode(base64));
    return "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
        + cipher
        + ","
        + HexFormat.of().withUpperCase().formatHex(iv)
        + "\n\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END RSA PRIVATE KEY-----\n";
  }

  @Test
  void ellipticCurves() throws Exception {
    TestKeys curve = TestKeys.make("EC", 30);
    TestKeys others = TestKeys.make("EC", 30);
    PublicKey certified = PemFiles.certificates(file(curve.certificatePem())).get(0).getPublicKey();
    assertThat(PemFiles.match(PemFiles.privateKey(file(curve.pkcs8()), ""), certified)).isTrue();
    assertThat(PemFiles.match(others.key(), certified)).isFalse();
    assertThat(PemFiles.match(keys.key(), certified)).isFalse();
  }

  /** As {@code openssl ecparam -genkey} and {@code openssl rsa -RSAPublicKey_out} write them. */
  @Test
  void formsThatAreOlderThanPkcs8() throws Exception {
    TestKeys curve = TestKeys.make("EC", 30);
    PrivateKeyInfo info = PrivateKeyInfo.getInstance(curve.key().getEncoded());
    ECPrivateKey inner = ECPrivateKey.getInstance(info.parsePrivateKey());
    var named =
        new ECPrivateKey(256, inner.getKey(), info.getPrivateKeyAlgorithm().getParameters());
    String sec1 = pem("EC PRIVATE KEY", named.getEncoded());
    String rewritten = PemFiles.privateKeyOnly(file(sec1), "");
    PublicKey onCurve = PemFiles.certificates(file(curve.certificatePem())).get(0).getPublicKey();
    assertThat(PemFiles.match(PemFiles.privateKey(file(rewritten), ""), onCurve)).isTrue();

    PublicKey certified = PemFiles.certificates(file(keys.certificatePem())).get(0).getPublicKey();
    byte[] pkcs1 =
        SubjectPublicKeyInfo.getInstance(certified.getEncoded()).getPublicKeyData().getBytes();
    String pem = pem("RSA PUBLIC KEY", pkcs1);
    assertThat(PemFiles.publicKey(file(pem))).isEqualTo(certified);
  }

  @Test
  void whatStandsBehindAKeyIsNoPartOfIt() {
    String pem = keys.inner("RSA PRIVATE KEY");
    String base64 = pem.replaceAll("-----[^-]+-----", "").replaceAll("\\s", "");
    byte[] key = Base64.getDecoder().decode(base64);
    byte[] more = Arrays.copyOf(key, key.length + 20);
    byte[] file = file(pem("RSA PRIVATE KEY", more));
    assertThatThrownBy(() -> PemFiles.privateKeyOnly(file, ""))
        .isInstanceOf(GeneralSecurityException.class);
  }

  private static String pem(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }

  @Test
  void whatIsNoPem() throws Exception {
    assertThatThrownBy(() -> PemFiles.certificates(file("hello")))
        .hasMessageContaining("holds no certificate");
    assertThatThrownBy(() -> PemFiles.privateKey(file("hello"), ""))
        .hasMessageContaining("holds no private key");
    String headers = "-----BEGIN RSA PRIVATE KEY-----\n" + "a: b\n".repeat(200_000);
    assertThatThrownBy(() -> PemFiles.privateKey(file(headers), ""))
        .hasMessageContaining("holds no private key");
    String broken = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    assertThatThrownBy(() -> PemFiles.privateKey(file(broken), ""))
        .hasMessageContaining("of an unknown kind");
  }

  private static byte[] file(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
