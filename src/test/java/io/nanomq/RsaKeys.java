package io.nanomq;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
 * RSA keys of 2,048 bits, of which {@value #DIFFERENT} in a row differ. To look for a prime takes a
 * test JVM half a second: the first one of a build looks for four, pairs them off, and leaves them
 * to the others. Nobody is to be safe behind these keys.
 */
final class RsaKeys {
  static final int DIFFERENT = 6;

  private static final int PRIMES = 4;
  private static final Path FOUND = Path.of("target", "test-primes.txt");

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
    try {
      if (Files.exists(FOUND)) {
        return Files.readAllLines(FOUND).stream().map(BigInteger::new).toList();
      }
      List<BigInteger> primes = look();
      Path whole = Files.createTempFile(FOUND.getParent(), "primes", ".txt");
      Files.write(whole, primes.stream().map(BigInteger::toString).toList());
      Files.move(whole, FOUND, StandardCopyOption.ATOMIC_MOVE);
      return primes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<BigInteger> look() throws GeneralSecurityException {
    List<BigInteger> primes = new ArrayList<>();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    while (primes.size() < PRIMES) {
      var key = (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
      primes.add(key.getPrimeP());
      primes.add(key.getPrimeQ());
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
