package io.nanomq.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/** The little ASN.1 that puts the older forms of keys into those that the JDK reads (RFC 5208). */
final class Der {
  private static final int SEQUENCE = 0x30;
  private static final int BITS = 0x03;
  private static final int OCTETS = 0x04;
  private static final int PARAMETERS = 0xA0;
  private static final byte[] VERSION_0 = {2, 1, 0};

  /** rsaEncryption, 1.2.840.113549.1.1.1, with NULL behind it. */
  private static final byte[] RSA = {
    6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 5, 0
  };

  /** ecPublicKey, 1.2.840.10045.2.1; the curve follows. */
  private static final byte[] EC = {6, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

  private Der() {}

  static byte[] pkcs8OfRsa(byte[] pkcs1) {
    return wrap(SEQUENCE, VERSION_0, wrap(SEQUENCE, RSA), wrap(OCTETS, pkcs1));
  }

  /** The form that PEM calls PUBLIC KEY (RFC 5280, SubjectPublicKeyInfo). */
  static byte[] publicKeyOfRsa(byte[] pkcs1) {
    return wrap(SEQUENCE, wrap(SEQUENCE, RSA), wrap(BITS, new byte[] {0}, pkcs1));
  }

  /** SEC 1 keeps the curve inside the key, in the element tagged [0]. */
  static byte[] pkcs8OfEc(byte[] sec1) throws GeneralSecurityException {
    try {
      int at = content(sec1, 0);
      while (at < sec1.length) {
        int start = content(sec1, at);
        int end = start + length(sec1, at);
        if ((sec1[at] & 0xFF) == PARAMETERS) {
          byte[] curve = Arrays.copyOfRange(sec1, start, end);
          return wrap(SEQUENCE, VERSION_0, wrap(SEQUENCE, EC, curve), wrap(OCTETS, sec1));
        }
        at = end;
      }
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new GeneralSecurityException("holds a broken key", e);
    }
    throw new GeneralSecurityException("holds a key that names no curve");
  }

  /** Whether bytes are one element and nothing behind it. */
  static boolean isWhole(byte[] der) {
    try {
      return content(der, 0) + length(der, 0) == der.length;
    } catch (ArrayIndexOutOfBoundsException e) {
      return false;
    }
  }

  private static int content(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    return at + 2 + (first < 0x80 ? 0 : first - 0x80);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < first - 0x80; i++) {
      length = length << 8 | der[at + 2 + i] & 0xFF;
    }
    return length;
  }

  private static byte[] wrap(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      int bytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
      out.write(0x80 + bytes);
      for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out.write(length >> shift);
      }
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
