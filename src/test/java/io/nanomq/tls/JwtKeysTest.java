package io.nanomq.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.Certified;
import io.nanomq.api.auth.TestTokens;
import io.nanomq.config.Confs;
import io.nanomq.config.model.HttpServerConf;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JwtKeysTest {
  @TempDir Path folder;

  @Test
  void theIssuerIsTheNameOfTheFile() throws Exception {
    KeyPair pair = Certified.keys("RSA");
    Confs.write(folder, "our.key.pub", pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    Confs.write(folder, "our.key", pem("PRIVATE KEY", pair.getPrivate().getEncoded()));

    JwtKeys keys = read("our.key.pub", "our.key");

    assertThat(keys.issuer()).isEqualTo("our.key.pub");
    assertThat(keys.publicKey()).isEqualTo(pair.getPublic());
    assertThat(keys.privateKey()).isEqualTo(pair.getPrivate());
    assertThat(keys).hasToString("JwtKeys[our.key.pub]");
    assertThat(read("our.key.pub", "").privateKey()).isNull();
  }

  @Test
  void olderFormsAndCertificatesAreRead() throws Exception {
    TestKeys certified = TestKeys.make("RSA", 30);
    Confs.write(folder, "cert.pem", certified.certificatePem());
    Confs.write(folder, "key.pem", certified.pkcs8());
    assertThat(read("cert.pem", "key.pem").privateKey()).isEqualTo(certified.key());

    KeyPair pair = Certified.keys("RSA");
    // PKCS#1 is what is inside: behind the headers of sequence, algorithm and bit string.
    byte[] der = pair.getPublic().getEncoded();
    Confs.write(folder, "old.pub", pem("RSA PUBLIC KEY", Arrays.copyOfRange(der, 24, der.length)));
    assertThat(read("old.pub", "").publicKey()).isEqualTo(pair.getPublic());
  }

  @Test
  void whatCannotBeTrustedIsRefused() throws Exception {
    Confs.write(
        folder, "weak.pub", pem("PUBLIC KEY", TestTokens.keyPair(1024).getPublic().getEncoded()));
    Confs.write(folder, "ec.pub", pem("PUBLIC KEY", Certified.keys("EC").getPublic().getEncoded()));
    KeyPair pair = Certified.keys("RSA");
    Confs.write(folder, "private", pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    Confs.write(
        folder, "good.pub", pem("PUBLIC KEY", Certified.keys("RSA").getPublic().getEncoded()));
    Confs.write(folder, "broken.pub", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----");

    refused("weak.pub", "", "1024 bits");
    refused("ec.pub", "", "not RSA but EC");
    refused("private", "", "holds no public key");
    refused("broken.pub", "", "of an unknown kind");
    refused("good.pub", "private", "does not belong to");
  }

  private void refused(String publicFile, String privateFile, String why) {
    assertThatThrownBy(() -> read(publicFile, privateFile))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining(why);
  }

  private JwtKeys read(String publicFile, String privateFile) throws Exception {
    return JwtKeys.read(new HttpServerConf.Jwt(publicFile, privateFile, 60), folder);
  }

  private static String pem(String title, byte[] der) {
    String text = Base64.getMimeEncoder().encodeToString(der);
    return "-----BEGIN " + title + "-----\n" + text + "\n-----END " + title + "-----\n";
  }
}
