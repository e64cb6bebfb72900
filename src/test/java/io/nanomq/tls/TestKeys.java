package io.nanomq.tls;

import io.nanomq.Certified;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Keys and certificates that are made when a test runs, and never kept. */
public record TestKeys(PrivateKey key, byte[] certificate) {

  /** As below; {@code folder} gets nothing. */
  public static TestKeys make(Path folder, String algorithm, int days)
      throws GeneralSecurityException {
    return make(algorithm, days);
  }

  /** Certified for nobody, for as many days from now; below zero = no longer. */
  public static TestKeys make(String algorithm, int days) throws GeneralSecurityException {
    return make(algorithm, days, "uri:urn:nobody");
  }

  /**
   * @param names as {@link Certified#certify} has them
   */
  public static TestKeys make(String algorithm, int days, String names)
      throws GeneralSecurityException {
    Instant start = Instant.now().minus(Duration.ofDays(30));
    Certified made = Certified.certify(null, "localhost", algorithm, names, start, 30 + days);
    return new TestKeys(made.keys().getPrivate(), made.certificate().getEncoded());
  }

  public String certificatePem() {
    return pem("CERTIFICATE", certificate);
  }

  public String pkcs8() {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  /** RSA's PKCS#1 and EC's SEC 1 are what PKCS#8 wraps. */
  String inner(String title) {
    byte[] der = key.getEncoded();
    int at = header(der, 0); // into the outer sequence
    at += 3; // version
    at = header(der, at) + length(der, at); // behind the algorithm
    return pem(title, Arrays.copyOfRange(der, header(der, at), der.length));
  }

  public String encrypted(String password) throws Exception {
    String algorithm = "PBEWithHmacSHA256AndAES_256";
    SecretKey secret =
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec(password.toCharArray()));
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(Cipher.ENCRYPT_MODE, secret);
    byte[] encrypted = cipher.doFinal(key.getEncoded());
    // The JDK knows the cipher's parameters in a file by the name of their family only.
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
    parameters.init(cipher.getParameters().getEncoded());
    return pem(
        "ENCRYPTED PRIVATE KEY", new EncryptedPrivateKeyInfo(parameters, encrypted).getEncoded());
  }

  private static String pem(String title, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + title + "-----\n" + text + "\n-----END " + title + "-----\n";
  }

  private static int header(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    return at + 2 + (first < 0x80 ? 0 : first - 0x80);
  }

  private static int length(byte[] der, int at) {
    return der[at + 1] & 0xFF; // short ones only
  }
}
