package io.nanomq.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Keys and certificates in PEM format: PKCS#8 and the older forms of RSA (PKCS#1) and elliptic
 * curves (SEC 1), all of them encrypted or not.
 */
public final class PemFiles {
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "DSA");
  private static final List<String> KEYS =
      List.of("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY");

  private PemFiles() {}

  /**
   * The certificates of a file, in its order.
   *
   * @throws GeneralSecurityException where it holds no certificate
   */
  public static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemBlock block : PemBlock.of(pem)) {
      if (block.isCertificate()) {
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
      }
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("holds no certificate");
    }
    return certificates;
  }

  /**
   * The certificates of a file and nothing else of it, as a text that is made here.
   *
   * @throws GeneralSecurityException where it holds none, or one that is broken
   */
  public static String certificatesOnly(byte[] pem) throws GeneralSecurityException {
    return text(certificates(pem));
  }

  /** Certificates as such a text. */
  public static String text(List<X509Certificate> certificates) throws GeneralSecurityException {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      text.append(PemBlock.text("CERTIFICATE", certificate.getEncoded()));
    }
    return text.toString();
  }

  /**
   * The private key of a file and nothing else of it, encrypted where it was, as a text that is
   * made here.
   *
   * @param password as {@link #privateKey} has it
   * @throws GeneralSecurityException where that finds no key
   */
  public static String privateKeyOnly(byte[] pem, String password) throws GeneralSecurityException {
    privateKey(pem, password);
    for (PemBlock block : PemBlock.of(pem)) {
      if (KEYS.contains(block.label())) {
        OlderKeys.requireWhole(block);
        return block.text();
      }
    }
    throw new GeneralSecurityException("holds no private key");
  }

  /**
   * The public key of a file, which may be that of a certificate.
   *
   * @throws GeneralSecurityException where it holds none
   */
  public static PublicKey publicKey(byte[] pem) throws GeneralSecurityException {
    for (PemBlock block : PemBlock.of(pem)) {
      byte[] der = block.der();
      switch (block.label()) {
        case "PUBLIC KEY":
          return publicKey(new X509EncodedKeySpec(der));
        case "RSA PUBLIC KEY":
          return publicKey(new X509EncodedKeySpec(OlderKeys.publicKey(block)));
        case "CERTIFICATE":
          return certificates(pem).get(0).getPublicKey();
        default:
          break; // a private key, which must not be taken for its public half
      }
    }
    throw new GeneralSecurityException("holds no public key");
  }

  /**
   * The private key of a file.
   *
   * @param password for encrypted keys; empty where there is none
   * @throws GeneralSecurityException where it holds no key, or the password is wrong
   */
  public static PrivateKey privateKey(byte[] pem, String password) throws GeneralSecurityException {
    for (PemBlock block : PemBlock.of(pem)) {
      byte[] der = block.der();
      if (block.isEncrypted() && password.isEmpty()) {
        throw new GeneralSecurityException("holds an encrypted key, and there is no key_password");
      }
      try {
        switch (block.label()) {
          case "PRIVATE KEY":
            return pkcs8(new PKCS8EncodedKeySpec(der));
          case "ENCRYPTED PRIVATE KEY":
            return pkcs8(decrypt(der, password));
          case "RSA PRIVATE KEY", "EC PRIVATE KEY":
            return pkcs8(new PKCS8EncodedKeySpec(OlderKeys.pkcs8(block, password)));
          default:
            break; // EC PARAMETERS and the like
        }
      } catch (BadPaddingException | InvalidKeySpecException e) {
        throw new GeneralSecurityException(
            "holds an encrypted key, for which the key_password is wrong", e);
      }
    }
    throw new GeneralSecurityException("holds no private key");
  }

  /**
   * Stands for the contents of files: another one means that one of them has changed.
   *
   * @param files paths as configured; empty ones do not count
   * @throws IOException where one cannot be read
   */
  public static String fingerprint(PemSource pems, Path folder, List<String> files)
      throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String file : files) {
        if (!file.isEmpty()) {
          digest.update(pems.read(folder.resolve(file)));
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
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

  /**
   * The same of what files hold.
   *
   * @throws GeneralSecurityException where one of them holds nothing of the kind
   */
  public static boolean match(byte[] key, String password, byte[] certificates)
      throws GeneralSecurityException {
    return match(privateKey(key, password), certificates(certificates).get(0).getPublicKey());
  }

  private static PKCS8EncodedKeySpec decrypt(byte[] der, String password)
      throws GeneralSecurityException {
    EncryptedPrivateKeyInfo info = encrypted(der);
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

  private static EncryptedPrivateKeyInfo encrypted(byte[] der) throws GeneralSecurityException {
    try {
      return new EncryptedPrivateKeyInfo(der);
    } catch (IOException e) {
      throw new GeneralSecurityException("holds an encrypted key that is broken", e);
    }
  }

  private static PrivateKey pkcs8(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
    return key(factory -> factory.generatePrivate(spec));
  }

  private static PublicKey publicKey(X509EncodedKeySpec spec) throws GeneralSecurityException {
    return key(factory -> factory.generatePublic(spec));
  }

  private interface Making<K> {
    K by(KeyFactory factory) throws InvalidKeySpecException;
  }

  private static <K> K key(Making<K> making) throws GeneralSecurityException {
    for (String algorithm : ALGORITHMS) {
      try {
        return making.by(KeyFactory.getInstance(algorithm));
      } catch (InvalidKeySpecException e) {
        continue; // another kind of key
      }
    }
    throw new GeneralSecurityException("holds a key of an unknown kind");
  }
}
