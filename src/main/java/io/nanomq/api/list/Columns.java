package io.nanomq.api.list;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nanomq.api.json.ApiException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a list's elements, all of them or those that {@code _fields} asks for. Their order
 * is that of the whole element, whatever the order in which they are asked for.
 */
public final class Columns<V> {
  public static final String FIELDS = "_fields";

  public static final JsonMapper MAPPER =
      JsonMapper.builder().disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE).build();

  private final List<BeanPropertyDefinition> fields;
  private final boolean nullsToo;
  private final @Nullable ObjectWriter whole;

  private Columns(
      List<BeanPropertyDefinition> fields, boolean nullsToo, @Nullable ObjectWriter whole) {
    this.fields = fields;
    this.nullsToo = nullsToo;
    this.whole = whole;
  }

  /** All fields of a record, as Jackson would write it. */
  public static <V> Columns<V> of(Class<V> type) {
    var config = MAPPER.getSerializationConfig();
    var found = config.introspect(MAPPER.constructType(type)).findProperties();
    found.forEach(field -> field.getAccessor().fixAccess(true));
    boolean nullsToo = !type.isAnnotationPresent(JsonInclude.class);
    return new Columns<>(found, nullsToo, MAPPER.writerFor(type));
  }

  /**
   * Those of the fields that are named, separated by commas.
   *
   * @throws ApiException 400/108 for a name that is none of them
   */
  Columns<V> select(String names) {
    Set<String> wanted = new HashSet<>(Arrays.asList(names.split(",", -1)));
    for (String name : wanted) {
      if (!names().contains(name)) {
        throw ApiException.badParameter(
            "Unknown field in _fields: " + name + "; there are " + String.join(", ", names()));
      }
    }
    var some = fields.stream().filter(field -> wanted.contains(field.getName())).toList();
    return new Columns<>(some, nullsToo, null);
  }

  public List<String> names() {
    return fields.stream().map(BeanPropertyDefinition::getName).toList();
  }

  void write(V element, JsonGenerator to) throws IOException {
    if (whole != null) {
      whole.writeValue(to, element);
      return;
    }
    to.writeStartObject();
    for (BeanPropertyDefinition field : fields) {
      Object value = field.getAccessor().getValue(element);
      if (isThere(field, value)) {
        to.writeFieldName(field.getName());
        MAPPER.writeValue(to, value);
      }
    }
    to.writeEndObject();
  }

  // As Jackson does where it writes the whole element.
  private boolean isThere(BeanPropertyDefinition field, @Nullable Object value) {
    boolean leavesOutEmpty =
        field.findInclusion().getValueInclusion() == JsonInclude.Include.NON_EMPTY;
    return value == null
        ? nullsToo
        : !(leavesOutEmpty && value instanceof Collection<?> all && all.isEmpty());
  }
}
