package io.nanomq.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.it.TokenIssuer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.keys.EllipticCurves;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets of keys that are larger, or have more in them, than any should. */
class PublicKeySetTest {
  private static final TokenIssuer EC = TokenIssuer.ec("good");

  private static String key() {
    return TokenIssuer.jwks(EC).replaceAll("^\\{\"keys\":\\[|\\]\\}$", "");
  }

  private static String set(String... keys) {
    return "{\"keys\":[" + String.join(",", keys) + "]}";
  }

  private static String rsa(int bits) {
    byte[] modulus = BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE).toByteArray();
    int start = modulus[0] == 0 ? 1 : 0;
    String text =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(Arrays.copyOfRange(modulus, start, modulus.length));
    return "{\"kty\":\"RSA\",\"kid\":\"rsa" + bits + "\",\"e\":\"AQAB\",\"n\":\"" + text + "\"}";
  }

  private static String ids(String document) throws GeneralSecurityException {
    return PublicKeySet.parse(document.getBytes(StandardCharsets.UTF_8)).stream()
        .map(JsonWebKey::getKeyId)
        .collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2047, 8193, 100_000})
  void keysThatAreTooShortOrTooLongAreLeftOut(int bits) throws Exception {
    assertThat(ids(set(rsa(bits), key()))).isEqualTo("good");
    assertThatThrownBy(() -> ids(set(rsa(bits))))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("no RSA or EC key");
  }

  @ParameterizedTest
  @ValueSource(ints = {2048, 8192})
  void theUsualOnesAreTaken(int bits) throws Exception {
    assertThat(ids(set(rsa(bits), key()))).isEqualTo("rsa" + bits + ",good");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kty\":\"oct\",\"kid\":\"secret\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
        "{\"kty\":\"EC\",\"kid\":\"curve\",\"crv\":\"P-999\",\"x\":\"AA\",\"y\":\"AA\"}",
        "{\"kty\":\"EC\",\"kid\":\"off\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
        "{\"kty\":\"new\",\"kid\":\"kind\"}",
        "{}"
      })
  void whatIsOfNoUseTakesNoOtherAlong(String odd) throws Exception {
    assertThat(ids(set(odd, key()))).isEqualTo("good");
    assertThatThrownBy(() -> ids(set(odd))).isInstanceOf(GeneralSecurityException.class);
  }

  /** As where a server has keys for something else, and for a moment no others. */
  @ParameterizedTest
  @ValueSource(strings = {"RS512", "PS256", "RSA-OAEP", "ES256"})
  void keysForOtherAlgorithmsTakeNobodysPlace(String algorithm) throws Exception {
    String other = rsa(2048).replace("{", "{\"alg\":\"" + algorithm + "\",");
    assertThat(ids(set(other, key()))).isEqualTo("good");
    assertThatThrownBy(() -> ids(set(other))).hasMessageContaining("for RS256 or ES256");
    assertThat(ids(set(other.replace(algorithm, "RS256")))).isEqualTo("rsa2048");
  }

  @Test
  void keysOnOtherCurvesAreLeftOut() throws Exception {
    String other =
        EcJwkGenerator.generateJwk(EllipticCurves.P384)
            .toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    assertThat(ids(set(other, key()))).isEqualTo("good");
    assertThatThrownBy(() -> ids(set(other))).hasMessageContaining("for RS256 or ES256");
  }

  @Test
  void thereMayBeSoManyAndNoMore() throws Exception {
    String[] most =
        IntStream.range(0, PublicKeySet.MAX_KEYS).mapToObj(i -> key()).toArray(String[]::new);
    assertThat(ids(set(most)).split(",")).hasSize(PublicKeySet.MAX_KEYS);
    assertThatThrownBy(() -> ids(set(set(most).replaceAll("^\\{\"keys\":\\[|\\]\\}$", ""), key())))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("more than 1000 keys");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"keys\":1}",
        "{\"keys\":{}}",
        "{\"keys\":[1]}",
        "{\"keys\":null}",
        "\0"
      })
  void whatIsNoSetIsAnError(String document) {
    assertThatThrownBy(() -> ids(document)).isInstanceOf(GeneralSecurityException.class);
  }
}
