package io.nanomq.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.api.access.ApiKeysResource;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {
  record Named(String name, Map<String, String> more) {}

  private static <T> T read(String json, Class<T> type) {
    return JsonBody.read(json.getBytes(StandardCharsets.UTF_8), type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"\\ud83d\",\"more\":{}}",
        "{\"name\":\"a\\uDE00\",\"more\":{}}",
        "{\"name\":\"a\",\"more\":{\"\\ud83d\":\"b\"}}",
        "{\"name\":\"a\",\"more\":{\"b\":\"\\ude00\\ud83d\"}}"
      })
  void halfOfACharacterIsRefused(String json) {
    assertThatThrownBy(() -> read(json, Named.class))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("half of a surrogate pair");
  }

  @Test
  void aWholeOneMayBeEscaped() {
    Named read = read("{\"name\":\"\\ud83d\\ude00\",\"more\":{\"\\u00e4\":\"\"}}", Named.class);
    assertThat(read.name()).isEqualTo("\ud83d\ude00");
    assertThat(read.more()).containsKey("\u00e4");
  }

  /** It is a bad topic, which has a code of its own. */
  @Test
  void ofATopicOthersTell() {
    String json = "{\"name\":\"a\",\"more\":{\"topic\":\"a\\ud800\",\"b\":\"%s\"}}";
    assertThat(read(json.formatted("c"), Named.class).more()).hasSize(2);
    assertThatThrownBy(() -> read(json.formatted("\\ud800"), Named.class))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void theNameOfAKeyIsOneLine() {
    assertThatThrownBy(
            () -> read("{\"name\":\"a\\nb\",\"role\":\"viewer\"}", ApiKeysResource.NewKey.class))
        .isInstanceOf(ApiException.class);
  }
}
