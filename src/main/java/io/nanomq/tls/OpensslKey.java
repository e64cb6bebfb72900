package io.nanomq.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys as OpenSSL encrypted them before PKCS#8: the PEM block says how in headers of its own (RFC
 * 1421, {@code Proc-Type} and {@code DEK-Info}). The JDK has the ciphers, but not this way to a
 * key.
 */
final class OpensslKey {
  private static final Pattern HOW =
      Pattern.compile("DEK-Info: *(AES-128|AES-192|AES-256|DES-EDE3)-CBC, *([0-9A-Fa-f]{1,64})");
  private static final int SALT_BYTES = 8;

  private OpensslKey() {}

  static boolean isEncrypted(String headers) {
    return headers.contains("ENCRYPTED");
  }

  /**
   * The headers that say how a block is encrypted, and no others.
   *
   * @throws GeneralSecurityException where they do not, or name a cipher that is not supported
   */
  static String headers(String headers) throws GeneralSecurityException {
    Matcher how = how(headers);
    String iv = how.group(2);
    return "Proc-Type: 4,ENCRYPTED\nDEK-Info: " + how.group(1) + "-CBC," + iv + "\n\n";
  }

  private static Matcher how(String headers) throws GeneralSecurityException {
    Matcher how = HOW.matcher(headers);
    if (!how.find() || how.group(2).length() % 2 != 0) {
      throw new GeneralSecurityException(
          "holds a key whose cipher is not supported, other than AES and triple DES in CBC mode");
    }
    return how;
  }

  /**
   * @param headers those of the PEM block
   * @return the key as it would stand there if it were not encrypted
   */
  static byte[] decrypt(String headers, byte[] encrypted, String password)
      throws GeneralSecurityException {
    Matcher how = how(headers);
    byte[] iv = HexFormat.of().parseHex(how.group(2));
    boolean isAes = how.group(1).startsWith("AES");
    int keyBytes = isAes ? Integer.parseInt(how.group(1).substring(4)) / 8 : 24;
    byte[] key = key(password.getBytes(StandardCharsets.UTF_8), iv, keyBytes);
    String algorithm = isAes ? "AES" : "DESede";
    Cipher cipher = Cipher.getInstance(algorithm + "/CBC/PKCS5Padding");
    cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, algorithm), new IvParameterSpec(iv));
    return cipher.doFinal(encrypted);
  }

  /** OpenSSL's EVP_BytesToKey with MD5 and one round, the first bytes of the IV as salt. */
  private static byte[] key(byte[] password, byte[] iv, int bytes) throws GeneralSecurityException {
    byte[] key = new byte[0];
    byte[] last = new byte[0];
    while (key.length < bytes) {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      md5.update(last);
      md5.update(password);
      md5.update(iv, 0, Math.min(SALT_BYTES, iv.length));
      last = md5.digest();
      key = Arrays.copyOf(key, key.length + last.length);
      System.arraycopy(last, 0, key, key.length - last.length, last.length);
    }
    return Arrays.copyOf(key, bytes);
  }
}
