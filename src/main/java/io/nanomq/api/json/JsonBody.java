package io.nanomq.api.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as JSON, whatever its Content-Type says: {@code curl -d} calls it a form.
 * Stricter than JSON has to be where a careless reader would guess: a name that comes twice and
 * text after the end are refused, nesting is bounded.
 */
public final class JsonBody {
  private static final int MAX_DEPTH = 32;
  private static final TypeReference<Map<String, @Nullable Object>> OBJECT =
      new TypeReference<>() {};
  private static final TypeReference<List<Map<String, @Nullable Object>>> OBJECTS =
      new TypeReference<>() {};

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonBody() {}

  /**
   * The object that the body is.
   *
   * @throws ApiException 400/109 where it is none
   */
  public static Map<String, @Nullable Object> object(byte[] body) {
    return read(body, OBJECT, "object");
  }

  /**
   * The array of objects that the body is.
   *
   * @throws ApiException 400/109 where it is none
   */
  public static List<Map<String, @Nullable Object>> objects(byte[] body) {
    return read(body, OBJECTS, "array of objects");
  }

  private static <T> T read(byte[] body, TypeReference<T> type, String what) {
    T value;
    String text = text(body, what);
    try {
      value = MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw notJson(what, text.isBlank() ? "it is empty" : why(e));
    }
    if (value == null || value instanceof List<?> list && list.contains(null)) {
      throw notJson(what, "null");
    }
    return value;
  }

  // Jackson's own messages name classes and options of it.
  private static String why(JsonProcessingException e) {
    String reason = reason(e);
    JsonLocation at = e.getLocation();
    return at == null
        ? reason
        : reason + ", line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  private static String reason(JsonProcessingException e) {
    if (e instanceof StreamConstraintsException) {
      return "more than " + MAX_DEPTH + " levels, or a number or name that is too long";
    }
    if (e instanceof MismatchedInputException) {
      return "a value of another kind, or one too many";
    }
    return e.getOriginalMessage().startsWith("Duplicate field")
        ? "Duplicate name"
        : "a syntax error";
  }

  /**
   * The member {@code data} of the object that the body is.
   *
   * @throws ApiException 400/109 where the body is no object, 400/107 without {@code data}, 400/108
   *     where that is no object
   */
  public static Map<String, ?> data(byte[] body) {
    Object data = object(body).get("data");
    if (data == null) {
      throw new ApiException(
          400, ResultCode.MISSING_KEY_REQUEST_PARAMETERS, "The field data is missing");
    }
    if (data instanceof Map<?, ?> members) {
      @SuppressWarnings("unchecked") // JSON's names are strings
      Map<String, ?> named = (Map<String, ?>) members;
      return named;
    }
    throw ApiException.badParameter("The field data is not an object");
  }

  // Jackson would guess UTF-16 and UTF-32 too, and RFC 8259 leaves only UTF-8.
  private static String text(byte[] body, String what) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw notJson(what, "it is not valid UTF-8");
    }
  }

  private static ApiException notJson(String what, String why) {
    return new ApiException(
        400, ResultCode.REQUEST_NOT_JSON, "The body is not a JSON " + what + ": " + why);
  }
}
