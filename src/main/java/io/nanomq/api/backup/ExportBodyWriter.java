package io.nanomq.api.backup;

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

/** Has an {@link ExportBody} write itself, by its own thread. */
@Provider
public class ExportBodyWriter implements ServerMessageBodyWriter<ExportBody> {

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, ResteasyReactiveResourceInfo target, MediaType mediaType) {
    return type == ExportBody.class;
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
    return type == ExportBody.class;
  }

  @Override
  public void writeResponse(ExportBody export, Type generic, ServerRequestContext context) {
    var request = (ResteasyReactiveRequestContext) context;
    request.suspend();
    export
        .writeTo(context.serverResponse())
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                request.resume();
              } else {
                request.resume(failure.getCause() == null ? failure : failure.getCause());
              }
            });
  }

  @Override
  public void writeTo(
      ExportBody export,
      Class<?> type,
      Type generic,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream to) {
    throw new UnsupportedOperationException("exports are written without blocking");
  }
}
