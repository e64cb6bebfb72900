package io.nanomq;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** That the keys of other tests are keys. */
class RsaKeysTest {
  @Test
  void theirPrimesAreSome() throws Exception {
    assertThat(RsaKeys.primes())
        .doesNotHaveDuplicates()
        .hasSize(4)
        .allMatch(prime -> prime.bitLength() == 1024)
        .allMatch(prime -> prime.isProbablePrime(10));
  }

  @Test
  void eachVerifiesWhatItSigns() throws Exception {
    Set<Object> different = new HashSet<>();
    for (int i = 0; i < RsaKeys.DIFFERENT; i++) {
      KeyPair pair = RsaKeys.next();
      var key = (RSAPublicKey) pair.getPublic();
      different.add(key.getModulus());
      assertThat(key.getModulus().bitLength()).isEqualTo(2048);
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(pair.getPrivate());
      byte[] signed = signature.sign();
      signature.initVerify(key);
      assertThat(signature.verify(signed)).isTrue();
    }
    assertThat(different).hasSize(RsaKeys.DIFFERENT);
  }
}
