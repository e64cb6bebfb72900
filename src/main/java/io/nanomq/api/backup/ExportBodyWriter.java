package io.nanomq.api.backup;

import io.nanomq.api.json.StreamedBodyWriter;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.ext.Provider;
import java.util.concurrent.CompletionStage;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;

/** Has an {@link ExportBody} write itself, by its own thread. */
@Provider
public class ExportBodyWriter extends StreamedBodyWriter<ExportBody> {
  public ExportBodyWriter() {
    super(ExportBody.class);
  }

  @Override
  protected CompletionStage<?> write(
      ExportBody export, ServerHttpResponse to, RoutingContext asked) {
    return export.writeTo(to);
  }
}
