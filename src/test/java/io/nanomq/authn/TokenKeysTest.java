package io.nanomq.authn;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.it.TokenIssuer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jose4j.jwk.JsonWebKey;
import org.junit.jupiter.api.Test;

class TokenKeysTest {
  private static final TokenIssuer ONE = TokenIssuer.ec("one");
  private static final TokenIssuer TWO = TokenIssuer.ec("two");

  private final List<Consumer<byte[]>> reads = new ArrayList<>();
  private final AtomicInteger fewer = new AtomicInteger();
  private long now = 1_000_000;
  private final TokenKeys keys =
      new TokenKeys("keys", reads::add, 60_000, () -> now, fewer::incrementAndGet);

  private void answer(String document) {
    reads.remove(0).accept(document == null ? null : document.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> known() {
    return keys.known().stream().map(JsonWebKey::getKeyId).toList();
  }

  @Test
  void allWhoWaitAreToldWhenTheyAreRead() {
    AtomicInteger told = new AtomicInteger();
    keys.renew(told::incrementAndGet);
    keys.renew(told::incrementAndGet);
    assertThat(reads).hasSize(1);
    assertThat(told).hasValue(0);
    answer(TokenIssuer.jwks(ONE));
    assertThat(told).hasValue(2);
    assertThat(known()).containsExactly("one");
  }

  @Test
  void theyAreNotReadAnewAtOnceWhoeverAsks() {
    keys.renew(() -> {});
    answer(TokenIssuer.jwks(ONE));
    AtomicInteger told = new AtomicInteger();
    keys.renew(told::incrementAndGet);
    assertThat(reads).isEmpty();
    assertThat(told).hasValue(1);
    now += TokenKeys.MIN_MILLIS;
    keys.renew(told::incrementAndGet);
    assertThat(reads).hasSize(1);
  }

  @Test
  void oldOnesAreUsedWhileNewOnesAreRead() {
    keys.renew(() -> {});
    answer(TokenIssuer.jwks(ONE));
    now += 60_000;
    assertThat(known()).containsExactly("one");
    assertThat(reads).hasSize(1);
    answer(TokenIssuer.jwks(ONE, TWO));
    assertThat(known()).containsExactly("one", "two");
    assertThat(fewer).hasValue(0);
    now += 60_000;
    assertThat(known()).hasSize(2);
    answer(TokenIssuer.jwks(TWO));
    assertThat(known()).containsExactly("two");
    assertThat(fewer).hasValue(1);
  }

  @Test
  void aDocumentThatIsBrokenOrGoneLeavesWhatWasThere() {
    keys.renew(() -> {});
    answer(TokenIssuer.jwks(ONE));
    for (String broken :
        new String[] {null, "", "{}", "{\"keys\":[]}", "{\"keys\":1}", "nothing"}) {
      now += 60_000;
      assertThat(known()).containsExactly("one");
      answer(broken);
      assertThat(known()).containsExactly("one");
    }
    assertThat(fewer).hasValue(0);
  }

  /** Also what no key has ever looked like: it takes neither the keys nor whoever waits along. */
  @Test
  void whateverAServerSaysTheKeysStayAndAreAskedForAgain() {
    keys.renew(() -> {});
    answer(TokenIssuer.jwks(ONE));
    String digits = "A".repeat(300_000);
    List<String> answers =
        List.of(
            "<!DOCTYPE html><html><body>Sign in</body></html>",
            "[".repeat(1_000_000),
            "{\"keys\":" + "[".repeat(1_000_000),
            "{\"keys\":" + "{\"a\":".repeat(200_000),
            "{\"keys\":" + "[".repeat(300_000) + "]".repeat(300_000) + "}",
            "{\"keys\":[" + "{\"kty\":\"EC\"},".repeat(60_000) + "{}]}",
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}]}"
                .formatted(digits, digits),
            "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"}]}".formatted(digits, digits),
            "{\"keys\":[null]}",
            "{\"keys\":null}",
            "{\"keys\":[]}",
            "");
    AtomicInteger told = new AtomicInteger();
    for (String each : answers) {
      now += TokenKeys.MIN_MILLIS;
      keys.renew(told::incrementAndGet);
      answer(each);
    }
    assertThat(told).hasValue(answers.size());
    assertThat(known()).containsExactly("one");
    assertThat(fewer).hasValue(0);
  }
}
