package io.nanomq;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.List;

/**
 * RSA keys of 2,048 bits, of which {@value #DIFFERENT} in a row differ. To look for a prime takes a
 * test JVM half a second, so where four are is written here: nobody is to be safe behind these
 * keys.
 */
final class RsaKeys {
  static final int DIFFERENT = 6;

  private static final int BYTES = 128; // of a prime

  /** How far behind the number that begins the search the prime is. */
  private static final int[] DISTANCES = {510, 786, 349, 750};

  private static final BigInteger EXPONENT = BigInteger.valueOf(65_537);
  private static final List<KeyPair> MADE = new ArrayList<>();
  private static int next;

  private RsaKeys() {}

  static synchronized KeyPair next() throws GeneralSecurityException {
    if (MADE.isEmpty()) {
      make();
    }
    return MADE.get(next++ % DIFFERENT);
  }

  private static void make() throws GeneralSecurityException {
    List<BigInteger> primes = primes();
    for (int i = 0; i < primes.size(); i++) {
      for (int j = 0; j < i; j++) {
        MADE.add(of(primes.get(i), primes.get(j)));
      }
    }
  }

  static List<BigInteger> primes() throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-512");
    List<BigInteger> primes = new ArrayList<>();
    for (int i = 0; i < DISTANCES.length; i++) {
      byte[] begin = new byte[BYTES];
      for (int half = 0; half < 2; half++) {
        String text = "prime " + i + ", half " + half;
        byte[] hash = digest.digest(text.getBytes(StandardCharsets.US_ASCII));
        System.arraycopy(hash, 0, begin, half * hash.length, hash.length);
      }
      begin[0] |= (byte) 0xC0; // so that two make a modulus of all the bits
      primes.add(new BigInteger(1, begin).add(BigInteger.valueOf(DISTANCES[i])));
    }
    return primes;
  }

  private static KeyPair of(BigInteger p, BigInteger q) throws GeneralSecurityException {
    BigInteger modulus = p.multiply(q);
    BigInteger p1 = p.subtract(BigInteger.ONE);
    BigInteger q1 = q.subtract(BigInteger.ONE);
    BigInteger d = EXPONENT.modInverse(p1.multiply(q1));
    KeyFactory factory = KeyFactory.getInstance("RSA");
    return new KeyPair(
        factory.generatePublic(new RSAPublicKeySpec(modulus, EXPONENT)),
        factory.generatePrivate(
            new RSAPrivateCrtKeySpec(
                modulus, EXPONENT, d, p, q, d.mod(p1), d.mod(q1), q.modInverse(p))));
  }
}
