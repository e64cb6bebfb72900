package io.nanomq.api.list;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nanomq.loop.BatchReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The answer {@code {"code":0,"meta":...,"data":[...]}}, which {@link JsonListWriter} writes as its
 * elements are read, so that it needs little memory however long it is.
 *
 * @param meta which part of the whole list it is; null = all of it, and no member of that name
 * @param elements what is listed, in this order
 * @param row writes one element
 */
public record JsonList<T>(Page.@Nullable Meta meta, BatchReader<T> elements, Row<T> row) {

  /** Writes one element as JSON. */
  public interface Row<T> {
    void write(T element, JsonGenerator to) throws IOException;
  }
}
