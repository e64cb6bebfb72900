package io.nanomq.config;

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
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]+)-----\\s*((?:[A-Za-z-]+:[^\\n]*\\n){0,8})"
              + "([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final Pattern LABEL = Pattern.compile("-----BEGIN ([^-]+)-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "DSA");

  private PemFiles() {}

  /**
   * The certificates of a file, in its order.
   *
   * @throws GeneralSecurityException where it holds no certificate
   */
  public static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text(pem));
    while (matcher.find()) {
      if (matcher.group(1).endsWith("CERTIFICATE")) {
        certificates.add(
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(bytes(matcher.group(3)))));
      }
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("holds no certificate");
    }
    return certificates;
  }

  /**
   * Whether a file is in PEM format, be it right in itself or not, and has keys or has none.
   *
   * @param keys whether there have to be some, or must not be any
   */
  static boolean isPem(byte[] pem, boolean keys) {
    Matcher label = LABEL.matcher(text(pem));
    boolean isPem = false;
    boolean hasKey = false;
    while (label.find()) {
      isPem = true;
      hasKey |= label.group(1).endsWith("KEY");
    }
    return isPem && hasKey == keys;
  }

  /**
   * The public key of a file, which may be that of a certificate.
   *
   * @throws GeneralSecurityException where it holds none
   */
  public static PublicKey publicKey(byte[] pem) throws GeneralSecurityException {
    Matcher matcher = BLOCK.matcher(text(pem));
    while (matcher.find()) {
      byte[] der = bytes(matcher.group(3));
      switch (matcher.group(1)) {
        case "PUBLIC KEY":
          return publicKey(new X509EncodedKeySpec(der));
        case "RSA PUBLIC KEY":
          return publicKey(new X509EncodedKeySpec(Der.publicKeyOfRsa(der)));
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
    Matcher matcher = BLOCK.matcher(text(pem));
    while (matcher.find()) {
      byte[] der = bytes(matcher.group(3));
      boolean isOpenssl = OpensslKey.isEncrypted(matcher.group(2));
      boolean isEncrypted = isOpenssl || matcher.group(1).startsWith("ENCRYPTED");
      if (isEncrypted && password.isEmpty()) {
        throw new GeneralSecurityException("holds an encrypted key, and there is no key_password");
      }
      try {
        byte[] plain = isOpenssl ? OpensslKey.decrypt(matcher.group(2), der, password) : der;
        switch (matcher.group(1)) {
          case "PRIVATE KEY":
            return pkcs8(new PKCS8EncodedKeySpec(der));
          case "ENCRYPTED PRIVATE KEY":
            return pkcs8(decrypt(der, password));
          case "RSA PRIVATE KEY":
            return pkcs8(new PKCS8EncodedKeySpec(Der.pkcs8OfRsa(plain)));
          case "EC PRIVATE KEY":
            return pkcs8(new PKCS8EncodedKeySpec(Der.pkcs8OfEc(plain)));
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
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        continue; // another kind of key
      }
    }
    throw new GeneralSecurityException("holds a key of an unknown kind");
  }

  private static PublicKey publicKey(X509EncodedKeySpec spec) throws GeneralSecurityException {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePublic(spec);
      } catch (InvalidKeySpecException e) {
        continue; // another kind of key
      }
    }
    throw new GeneralSecurityException("holds a key of an unknown kind");
  }

  private static String text(byte[] pem) {
    return new String(pem, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String base64) throws GeneralSecurityException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("holds broken base64", e);
    }
  }
}
