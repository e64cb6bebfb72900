package io.nanomq.api.list;

import io.nanomq.api.json.StreamedBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.util.concurrent.CompletionStage;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;

/** Hands a {@link JsonList} to {@link JsonListAnswer}. */
@Provider
public class JsonListWriter extends StreamedBodyWriter<JsonList<?>> {
  private final ListWork work;

  public JsonListWriter(ListWork work) {
    super(JsonList.class);
    this.work = work;
  }

  @Override
  protected CompletionStage<?> write(JsonList<?> list, ServerHttpResponse to) {
    return new JsonListAnswer<>(list, to, work).start();
  }
}
