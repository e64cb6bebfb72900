package io.nanomq.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Keys and certificates in PEM files: PKCS#8, encrypted PKCS#8, and the older forms of RSA (PKCS#1)
 * and elliptic curves (SEC 1).
 */
public final class PemFiles {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "DSA");
  static final int MAX_BYTES = 1024 * 1024;

  private PemFiles() {}

  /**
   * The certificates of a file, in its order.
   *
   * @throws IOException where the file cannot be read
   * @throws GeneralSecurityException where it holds no certificate
   */
  public static List<X509Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text(file));
    while (matcher.find()) {
      if (matcher.group(1).endsWith("CERTIFICATE")) {
        certificates.add(
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(bytes(matcher.group(2)))));
      }
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("holds no certificate");
    }
    return certificates;
  }

  /**
   * The private key of a file.
   *
   * @param password for encrypted keys; empty where there is none
   * @throws IOException where the file cannot be read
   * @throws GeneralSecurityException where it holds no key, or the password is wrong
   */
  public static PrivateKey privateKey(Path file, String password)
      throws IOException, GeneralSecurityException {
    Matcher matcher = BLOCK.matcher(text(file));
    while (matcher.find()) {
      byte[] der = bytes(matcher.group(2));
      switch (matcher.group(1)) {
        case "PRIVATE KEY":
          return pkcs8(new PKCS8EncodedKeySpec(der));
        case "ENCRYPTED PRIVATE KEY":
          return pkcs8(decrypt(der, password));
        case "RSA PRIVATE KEY":
          return pkcs8(new PKCS8EncodedKeySpec(Der.pkcs8OfRsa(der)));
        case "EC PRIVATE KEY":
          return pkcs8(new PKCS8EncodedKeySpec(Der.pkcs8OfEc(der)));
        default:
          break; // EC PARAMETERS and the like
      }
    }
    throw new GeneralSecurityException("holds no private key");
  }

  /** Whether the two belong together. */
  public static boolean match(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "DSA" -> "SHA256withDSA";
          default -> "EdDSA";
        };
    byte[] sample = "nanomq".getBytes(StandardCharsets.UTF_8);
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(sample);
      return signature.verify(signed);
    } catch (InvalidKeyException | SignatureException e) {
      return false; // keys of different kinds or sizes
    }
  }

  private static PKCS8EncodedKeySpec decrypt(byte[] der, String password)
      throws IOException, GeneralSecurityException {
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
    AlgorithmParameters parameters = info.getAlgParameters();
    // For PBES2 the JDK knows the cipher by the parameters' own name only.
    String algorithm = parameters == null ? info.getAlgName() : parameters.toString();
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray());
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(
        Cipher.DECRYPT_MODE,
        SecretKeyFactory.getInstance(algorithm).generateSecret(spec),
        parameters);
    return info.getKeySpec(cipher);
  }

  private static PrivateKey pkcs8(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        continue; // another kind of key
      }
    }
    throw new GeneralSecurityException("holds a key of an unknown kind");
  }

  private static String text(Path file) throws IOException {
    return new String(SmallFile.read(file, MAX_BYTES), StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String base64) throws GeneralSecurityException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("holds broken base64", e);
    }
  }
}
