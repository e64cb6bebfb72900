package io.nanomq.control.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A record as JSON. */
record JsonForm<T>(Class<T> type) implements SideDocument.Form<T> {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  @Override
  public T read(byte[] bytes) throws IOException {
    try {
      T value = MAPPER.readValue(bytes, type);
      if (value == null) {
        throw new IOException("it says null");
      }
      return value;
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new IOException(
          at == null ? "it is not what is kept here" : "line " + at.getLineNr(), e);
    }
  }

  @Override
  public byte[] write(T value) throws IOException {
    return (MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
