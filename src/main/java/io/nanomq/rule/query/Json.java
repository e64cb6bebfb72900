package io.nanomq.rule.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** JSON that strangers sent: whatever costs more than it should is none. */
final class Json {
  /** Bytes of a payload that is looked into. */
  static final int MAX_BYTES = 1024 * 1024;

  static final int MAX_DEPTH = 64;
  private static final int MAX_DIGITS = 400;

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_DIGITS)
                          .maxStringLength(MAX_BYTES)
                          .build())
                  // Names of strangers are not kept.
                  .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Json() {}

  /** Null = no JSON, or more of it than there may be. */
  static @Nullable JsonNode parse(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      return null;
    }
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException none) {
      return null;
    }
  }

  /** Begins to write into something that has its own bound. */
  static JsonGenerator writer(OutputStream out) throws IOException {
    return MAPPER.createGenerator(out);
  }

  static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof JsonNode node) {
      json.writeTree(node);
    } else if (value instanceof Boolean is) {
      json.writeBoolean(is);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else {
      json.writeString(value.toString());
    }
  }
}
