package io.nanomq.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nanomq.codec.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of one object: each is read once, and what nobody has read is unknown. */
final class Fields {
  private static final int MAX_TEXT_BYTES = 0xFFFF;
  private static final byte[] NONE = new byte[0];

  private final ObjectNode object;
  private final String where;
  private final Set<String> read = new HashSet<>();

  Fields(ObjectNode object, String where) {
    this.object = object;
    this.where = where;
  }

  private @Nullable JsonNode take(String name) {
    read.add(name);
    return object.get(name);
  }

  /** All fields were read that it may have. */
  void end() throws LineException {
    var names = object.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      if (!read.contains(name)) {
        throw new LineException("no such field: " + where + shortened(name));
      }
    }
  }

  private static String shortened(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64) + "...";
  }

  private LineException wrong(String name, String what) {
    return new LineException(where + name + " " + what);
  }

  /** A text that has to be there; null where {@code required} is not. */
  @Nullable String text(String name, boolean required) throws LineException {
    JsonNode value = take(name);
    if (value == null && required) {
      throw wrong(name, "is missing");
    }
    return value == null ? null : text(name, value);
  }

  private String text(String name, JsonNode value) throws LineException {
    String text = value.isTextual() ? value.textValue() : null;
    if (text == null || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw wrong(name, "is no text");
    }
    if (text.length() > MAX_TEXT_BYTES
        || text.getBytes(StandardCharsets.UTF_8).length > MAX_TEXT_BYTES) {
      throw wrong(name, "is longer than 65535 bytes");
    }
    return text;
  }

  /** A text that MQTT can carry, and that is not empty. */
  String mqttText(String name) throws LineException {
    String text = text(name, true);
    if (text == null || text.isEmpty() || !MessageProperties.isMqttText(text)) {
      throw wrong(name, "is no text of MQTT");
    }
    return text;
  }

  /** One that need not be there: empty then. */
  String textOrEmpty(String name) throws LineException {
    String text = text(name, false);
    return text == null ? "" : text;
  }

  boolean flag(String name) throws LineException {
    JsonNode value = take(name);
    if (value != null && !value.isBoolean()) {
      throw wrong(name, "is neither true nor false");
    }
    return value != null && value.booleanValue();
  }

  /**
   * A whole number.
   *
   * @param otherwise what it is where it is not there
   */
  long number(String name, long least, long most, long otherwise) throws LineException {
    JsonNode value = take(name);
    if (value == null) {
      return otherwise;
    }
    return checked(name, value, least, most);
  }

  /** One that has to be there. */
  int number(String name, int least, int most) throws LineException {
    JsonNode value = take(name);
    if (value == null) {
      throw wrong(name, "is missing");
    }
    return (int) checked(name, value, least, most);
  }

  private long checked(String name, JsonNode value, long least, long most) throws LineException {
    long number = value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : -1;
    if (!value.isIntegralNumber() || number < least || number > most) {
      throw wrong(name, "is no whole number from %d to %d".formatted(least, most));
    }
    return number;
  }

  /** Null where it is not there. */
  int @Nullable [] numbers(String name, int least, int most, int count) throws LineException {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isArray() || value.size() > count) {
      throw wrong(name, "is no list of at most " + count);
    }
    int[] numbers = new int[value.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (int) checked(name, value.get(i), least, most);
    }
    return numbers;
  }

  boolean has(String name) {
    return object.has(name);
  }

  /** A list of pairs of texts, one behind the other; empty where it is not there. */
  List<String> pairs(String name) throws LineException {
    JsonNode value = take(name);
    List<String> texts = new ArrayList<>();
    if (value != null && !value.isArray()) {
      throw wrong(name, "is no list");
    }
    for (int i = 0; value != null && i < value.size(); i++) {
      JsonNode pair = value.get(i);
      if (!pair.isArray() || pair.size() != 2) {
        throw wrong(name, "is no list of pairs");
      }
      texts.add(text(name, pair.get(0)));
      texts.add(text(name, pair.get(1)));
    }
    return texts;
  }

  byte[] bytes(String name) throws LineException {
    JsonNode value = take(name);
    if (value == null) {
      return NONE;
    }
    if (!value.isTextual()) {
      throw wrong(name, "is no base64");
    }
    try {
      return Base64.getDecoder().decode(value.textValue());
    } catch (IllegalArgumentException e) {
      throw wrong(name, "is no base64");
    }
  }

  /** Null where it is not there. */
  @Nullable Fields object(String name) throws LineException {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (value instanceof ObjectNode inner) {
      return new Fields(inner, where + name + ".");
    }
    throw wrong(name, "is no object");
  }
}
