package io.nanomq.api.json;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Writes answers of one class a part at a time and without blocking. The framework's own ways to
 * stream hold a thread for each slow reader (StreamingOutput), or cannot take back an answer that
 * fails half-way.
 */
public abstract class StreamedBodyWriter<T> implements ServerMessageBodyWriter<T> {
  private final Class<?> written;

  protected StreamedBodyWriter(Class<?> written) {
    this.written = written;
  }

  /**
   * Writes it all; done when that is done, or cannot be.
   *
   * @param asked the request that it answers
   */
  protected abstract CompletionStage<?> write(T body, ServerHttpResponse to, RoutingContext asked);

  @Override
  public final boolean isWriteable(
      Class<?> type, Type generic, ResteasyReactiveResourceInfo target, MediaType mediaType) {
    return type == written;
  }

  @Override
  public final boolean isWriteable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
    return type == written;
  }

  @Override
  public final void writeResponse(T body, Type generic, ServerRequestContext context) {
    var request = (ResteasyReactiveRequestContext) context;
    request.suspend();
    RoutingContext asked = request.serverRequest().unwrap(RoutingContext.class);
    write(body, context.serverResponse(), asked)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                request.resume();
              } else {
                Throwable cause = failure.getCause();
                boolean isWrapped = failure instanceof CompletionException && cause != null;
                request.resume(isWrapped ? cause : failure);
              }
            });
  }

  /** Only an interceptor of bodies would have it called, and there is none. */
  @Override
  public final void writeTo(
      T body,
      Class<?> type,
      Type generic,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream to) {
    throw new UnsupportedOperationException("it is written without blocking");
  }
}
