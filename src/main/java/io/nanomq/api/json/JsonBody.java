package io.nanomq.api.json;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as JSON, whatever its Content-Type says: {@code curl -d} calls it a form.
 * Stricter than JSON has to be where a careless reader would guess: a name that comes twice, text
 * after the end, unknown fields and values of another type are refused, nesting is bounded.
 */
public final class JsonBody {
  private static final int MAX_DEPTH = 32;

  private static final Set<String> TOPICS = Set.of("topic", "topics");

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfigDefaults(
              any -> any.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private JsonBody() {}

  /**
   * The object that the body is.
   *
   * @throws ApiException 400/109 where it is none, and as {@link #convert}
   */
  public static <T> T read(byte[] body, Class<T> type) {
    String what = "object";
    JsonNode tree = tree(body, what);
    if (!tree.isObject()) {
      throw notJson(what, "a value of another kind");
    }
    return convert(tree, type);
  }

  /**
   * The array of objects that the body is.
   *
   * @throws ApiException 400/109 where it is none
   */
  public static List<JsonNode> objects(byte[] body) {
    String what = "array of objects";
    JsonNode tree = tree(body, what);
    List<JsonNode> elements = new ArrayList<>();
    tree.forEach(elements::add);
    if (!tree.isArray() || !elements.stream().allMatch(JsonNode::isObject)) {
      throw notJson(what, "a value of another kind");
    }
    return elements;
  }

  /**
   * An object as a record. What may not be null in the record has to be there.
   *
   * @throws ApiException 400/108 for a field that is unknown or of another type, 400/107 for one
   *     that is missing, and whatever the record throws itself
   */
  public static <T> T convert(JsonNode object, Class<T> type) {
    T read;
    try {
      read = MAPPER.treeToValue(object, type);
    } catch (ValueInstantiationException e) {
      // A record may stumble over what is missing, which is what is told then.
      requireAll(object, type, "");
      throw problem(e);
    } catch (JsonProcessingException e) {
      throw problem(e);
    }
    requireAll(object, type, "");
    return read;
  }

  private static void requireAll(JsonNode object, Class<?> type, String path) {
    if (!type.isRecord() || readsItself(type)) {
      return;
    }
    for (RecordComponent field : type.getRecordComponents()) {
      JsonProperty named = field.getAccessor().getAnnotation(JsonProperty.class);
      String name = named == null ? field.getName() : named.value();
      JsonNode value = object.path(name);
      boolean mayBeMissing =
          field.getType().isPrimitive()
              || field.getAnnotatedType().isAnnotationPresent(Nullable.class);
      if (value.isObject()) {
        requireAll(value, field.getType(), path + name + ".");
      } else if (!mayBeMissing && (value.isMissingNode() || value.isNull())) {
        throw ApiException.missing(path + name);
      }
    }
  }

  private static boolean readsItself(Class<?> type) {
    return Arrays.stream(type.getDeclaredConstructors())
        .anyMatch(each -> each.isAnnotationPresent(JsonCreator.class));
  }

  private static ApiException problem(JsonProcessingException e) {
    if (e.getCause() instanceof ApiException own) {
      return own;
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return ApiException.badParameter("Unknown field: " + unknown.getPropertyName());
    }
    return ApiException.wrongField(path(e));
  }

  private static String path(JsonProcessingException e) {
    List<JsonMappingException.Reference> path =
        e instanceof JsonMappingException mapping ? mapping.getPath() : List.of();
    List<String> names =
        path.stream()
            .map(JsonMappingException.Reference::getFieldName)
            .filter(n -> n != null)
            .toList();
    return String.join(".", names);
  }

  private static JsonNode tree(byte[] body, String what) {
    String text = text(body, what);
    try {
      JsonNode tree = MAPPER.readTree(text);
      if (tree.isMissingNode()) {
        throw notJson(what, "it is empty");
      }
      // The text itself is UTF-8: only an escape can say half of a character.
      if (text.contains("\\u")) {
        requireWhole(tree);
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw notJson(what, why(e));
    }
  }

  /**
   * No text may hold half of a character: where it is kept and read again it would be another. Of
   * topics that is found, and told, where they are looked at.
   */
  private static void requireWhole(JsonNode tree) {
    CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    boolean isWhole = !tree.isTextual() || encoder.canEncode(tree.textValue());
    for (Map.Entry<String, JsonNode> member : tree.properties()) {
      isWhole &= encoder.canEncode(member.getKey());
      if (!TOPICS.contains(member.getKey())) {
        requireWhole(member.getValue());
      }
    }
    if (!isWhole) {
      throw ApiException.badParameter("A text holds half of a surrogate pair");
    }
    if (tree.isArray()) {
      tree.forEach(JsonBody::requireWhole);
    }
  }

  // Jackson's own messages name classes and options of it.
  private static String why(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String reason = reason(e);
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
