package io.nanomq.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One block of a PEM file (RFC 7468), whatever is in it.
 *
 * @param label what it says it is, such as {@code PRIVATE KEY}
 * @param headers those of RFC 1421, as they stand there; mostly empty
 * @param der what is in it
 */
@SuppressWarnings("ArrayRecordComponent")
record PemBlock(String label, String headers, byte[] der) {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]+)-----\\s*((?:[A-Za-z-]+:[^\\n]*\\n){0,8})"
              + "([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  /** How OpenSSL encrypted keys before PKCS#8 (RFC 1421). */
  private static final Pattern OPENSSL =
      Pattern.compile("DEK-Info: *(AES-128|AES-192|AES-256|DES-EDE3)-CBC, *([0-9A-Fa-f]{1,64})");

  private static final int LINE = 64;
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(LINE, new byte[] {'\n'});

  /** The curve of the key behind it, which the key names too. */
  private static final String PARAMETERS = "EC PARAMETERS";

  /**
   * The blocks of a file, in its order; what is around them does not count.
   *
   * @throws GeneralSecurityException where one is not base64
   */
  static List<PemBlock> of(byte[] pem) throws GeneralSecurityException {
    List<PemBlock> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text(pem));
    while (matcher.find()) {
      blocks.add(new PemBlock(matcher.group(1), matcher.group(2), bytes(matcher.group(3))));
    }
    return blocks;
  }

  /**
   * Whether a file holds blocks of one kind, and nothing else but white space.
   *
   * @param keys private keys; otherwise certificates
   */
  static boolean areAll(byte[] pem, boolean keys) {
    String rest = BLOCK.matcher(text(pem)).replaceAll("");
    try {
      List<PemBlock> blocks = of(pem);
      return rest.isBlank()
          && blocks.stream().anyMatch(block -> block.isOf(keys))
          && blocks.stream()
              .allMatch(block -> block.isOf(keys) || keys && block.label.equals(PARAMETERS));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private boolean isOf(boolean keys) {
    return keys ? isPrivateKey() : isCertificate();
  }

  boolean isPrivateKey() {
    return label.endsWith("PRIVATE KEY");
  }

  boolean isCertificate() {
    return label.endsWith("CERTIFICATE");
  }

  boolean isEncrypted() {
    return label.startsWith("ENCRYPTED") || isOpenssl();
  }

  private boolean isOpenssl() {
    return headers.contains("ENCRYPTED");
  }

  /** The headers that say how the block is encrypted, and no others. */
  private String openssl() throws GeneralSecurityException {
    Matcher how = OPENSSL.matcher(headers);
    if (!how.find() || how.group(2).length() % 2 != 0) {
      throw new GeneralSecurityException(
          "holds a key whose cipher is not supported, other than AES and triple DES in CBC mode");
    }
    return "Proc-Type: 4,ENCRYPTED\nDEK-Info: " + how.group(1) + "-CBC," + how.group(2) + "\n\n";
  }

  /**
   * The block in our own words: label, how it is encrypted, base64.
   *
   * @throws GeneralSecurityException where its headers name a cipher that is not supported
   */
  String text() throws GeneralSecurityException {
    String how = isOpenssl() ? openssl() : "";
    return text(label, how, der);
  }

  static String text(String label, byte[] der) {
    return text(label, "", der);
  }

  private static String text(String label, String headers, byte[] der) {
    String base64 = LINES.encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + headers + base64 + "\n-----END " + label + "-----\n";
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
