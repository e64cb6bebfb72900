package io.nanomq;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.List;

/**
 * RSA keys of 2,048 bits, of which {@value #DIFFERENT} in a row differ. A test JVM looks for four
 * primes, each of which takes it half a second, and pairs them off: nobody is to be safe behind
 * these keys.
 */
final class RsaKeys {
  static final int DIFFERENT = 6;

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
    List<BigInteger> primes = new ArrayList<>();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    while (primes.size() < 4) {
      var key = (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
      primes.add(key.getPrimeP());
      primes.add(key.getPrimeQ());
    }
    for (int i = 0; i < primes.size(); i++) {
      for (int j = 0; j < i; j++) {
        MADE.add(of(primes.get(i), primes.get(j)));
      }
    }
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
