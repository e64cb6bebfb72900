package io.nanomq.tls;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.spec.InvalidKeySpecException;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.bc.BcPEMDecryptorProvider;

/**
 * Keys in the forms that are older than PKCS#8, which the JDK does not read: RSA's PKCS#1 and the
 * SEC 1 of elliptic curves, encrypted as OpenSSL did or not.
 */
final class OlderKeys {
  private OlderKeys() {}

  /**
   * The key as PKCS#8 has it.
   *
   * @throws InvalidKeySpecException where the password is wrong
   * @throws GeneralSecurityException where the key is broken, or its cipher is not supported
   */
  static byte[] pkcs8(PemBlock block, String password) throws GeneralSecurityException {
    try {
      Object read = read(block);
      if (read instanceof PEMEncryptedKeyPair encrypted) {
        read = decrypt(encrypted, password);
      }
      if (read instanceof PEMKeyPair pair) {
        return pair.getPrivateKeyInfo().getEncoded();
      }
    } catch (IOException e) {
      throw new GeneralSecurityException("holds a broken key", e);
    }
    throw new GeneralSecurityException("holds a broken key");
  }

  private static PEMKeyPair decrypt(PEMEncryptedKeyPair pair, String password)
      throws InvalidKeySpecException {
    try {
      return pair.decryptKeyPair(new BcPEMDecryptorProvider(password.toCharArray()));
    } catch (IOException e) {
      throw new InvalidKeySpecException(e); // what comes of a wrong password is no key
    }
  }

  /**
   * A public key of RSA as X.509 has it.
   *
   * @throws GeneralSecurityException where it is broken
   */
  static byte[] publicKey(PemBlock block) throws GeneralSecurityException {
    try {
      if (read(block) instanceof SubjectPublicKeyInfo info) {
        return info.getEncoded();
      }
    } catch (IOException e) {
      throw new GeneralSecurityException("holds a broken key", e);
    }
    throw new GeneralSecurityException("holds a broken key");
  }

  private static Object read(PemBlock block) throws IOException, GeneralSecurityException {
    try (PEMParser parser = new PEMParser(new StringReader(block.text()))) {
      return parser.readObject();
    } catch (IllegalArgumentException | IllegalStateException | ClassCastException e) {
      throw new IOException(e);
    }
  }

  /**
   * @throws GeneralSecurityException where anything stands behind the key
   */
  static void requireWhole(PemBlock block) throws GeneralSecurityException {
    if (block.isEncrypted() && !block.headers().isEmpty()) {
      return; // all of it is decrypted
    }
    try {
      ASN1Primitive.fromByteArray(block.der());
    } catch (IOException e) {
      throw new GeneralSecurityException("holds more than a key", e);
    }
  }
}
