package io.nanomq.rule.query;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a query made of a message: names with values, in order. */
public final class Row {
  private final Map<String, @Nullable Object> values;
  private final Evaluation source;

  Row(Map<String, @Nullable Object> values, Evaluation source) {
    this.values = values;
    this.source = source;
  }

  /** Not more than there may be. */
  private static final class BoundedBytes extends ByteArrayOutputStream {
    private final int most;

    BoundedBytes(int most) {
      this.most = most;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      if (count + length > most) {
        throw new IllegalStateException("a result of more than " + most + " bytes");
      }
      super.write(bytes, offset, length);
    }
  }

  /** Values are null, Boolean, Long, Double, String, or JSON as text. */
  public Map<String, @Nullable Object> values() {
    Map<String, @Nullable Object> plain = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> plain.put(name, value instanceof JsonNode node ? node.toString() : value));
    return Collections.unmodifiableMap(plain);
  }

  /**
   * The row as a JSON object.
   *
   * @param most bytes
   * @throws EvaluationException where it would be more
   */
  public byte[] json(int most) throws EvaluationException {
    BoundedBytes out = new BoundedBytes(most);
    try (JsonGenerator json = Json.writer(out)) {
      json.writeStartObject();
      for (Map.Entry<String, @Nullable Object> value : values.entrySet()) {
        json.writeFieldName(value.getKey());
        Json.write(json, value.getValue());
      }
      json.writeEndObject();
    } catch (IOException | IllegalStateException e) {
      throw new EvaluationException(String.valueOf(e.getMessage()));
    }
    return out.toByteArray();
  }

  /**
   * What a name stands for: a column, or else a field of the message or of its payload, as {@code
   * payload.a.b}; as text, null = nothing.
   */
  public @Nullable String text(String name) {
    Object value = values.containsKey(name) ? values.get(name) : source.named(name);
    return value == null ? null : value.toString();
  }
}
