package io.nanomq.api.list;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Hands a {@link JsonList} to {@link JsonListAnswer}. The framework's own ways to stream hold a
 * thread for each slow reader (StreamingOutput), or cannot take back an answer that fails half-way.
 */
@Provider
public class JsonListWriter implements ServerMessageBodyWriter<JsonList<?>> {
  private final ListWork work;

  public JsonListWriter(ListWork work) {
    this.work = work;
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, ResteasyReactiveResourceInfo target, MediaType mediaType) {
    return type == JsonList.class;
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
    return type == JsonList.class;
  }

  @Override
  public void writeResponse(JsonList<?> list, Type generic, ServerRequestContext context) {
    var request = (ResteasyReactiveRequestContext) context;
    request.suspend();
    new JsonListAnswer<>(list, context.serverResponse(), work)
        .start()
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                request.resume();
              } else {
                request.resume(failure);
              }
            });
  }

  @Override
  public void writeTo(
      JsonList<?> list,
      Class<?> type,
      Type generic,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream to) {
    throw new UnsupportedOperationException("lists are written without blocking");
  }
}
