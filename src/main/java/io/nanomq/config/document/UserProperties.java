package io.nanomq.config.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** User properties of a bridge in key=value files: all on one line, as an object of JSON. */
final class UserProperties {
  /** Keys of such lines end so. */
  static final String MAP = ".properties.user_property";

  private static final ObjectMapper JSON = new ObjectMapper();

  private UserProperties() {}

  /** Name to value; null = it is no object of texts. */
  static @Nullable Map<String, String> read(String value) {
    try {
      JsonNode object = JSON.readTree(value);
      if (object == null || !object.isObject()) {
        return null;
      }
      Map<String, String> properties = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> property : object.properties()) {
        if (!property.getValue().isTextual()) {
          return null;
        }
        properties.put(property.getKey(), property.getValue().textValue());
      }
      return properties;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
