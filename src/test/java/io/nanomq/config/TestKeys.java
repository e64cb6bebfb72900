package io.nanomq.config;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Keys and certificates that are made when a test runs, with the JDK's own tool. */
public record TestKeys(PrivateKey key, byte[] certificate) {

  public static TestKeys make(Path folder, String algorithm, int days) throws Exception {
    return make(folder, algorithm, days, "uri:urn:nobody");
  }

  /**
   * @param names subject alternative names as keytool has them, such as dns:a.example
   */
  public static TestKeys make(Path folder, String algorithm, int days, String names)
      throws Exception {
    Path store = folder.resolve(algorithm + days + System.nanoTime() + ".p12");
    Process tool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-J-XX:TieredStopAtLevel=1",
                    "-J-Xshare:auto",
                    "-genkeypair",
                    "-alias",
                    "a",
                    "-keyalg",
                    algorithm,
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=" + names,
                    "-startdate",
                    "-30d",
                    "-validity",
                    String.valueOf(30 + days),
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    "secret"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (tool.waitFor() != 0) {
      throw new IllegalStateException("keytool failed");
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "secret".toCharArray());
    }
    return new TestKeys(
        (PrivateKey) keys.getKey("a", "secret".toCharArray()),
        keys.getCertificate("a").getEncoded());
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

  String encrypted(String password) throws Exception {
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
