package io.nanomq.api.list;

import io.nanomq.api.auth.ApiLogin;
import io.nanomq.api.auth.LoginWatch;
import io.nanomq.api.json.StreamedBodyWriter;
import io.nanomq.control.RunningBroker;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.ext.Provider;
import java.util.concurrent.CompletionStage;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;

/** Hands a {@link JsonList} to {@link JsonListAnswer}. */
@Provider
public class JsonListWriter extends StreamedBodyWriter<JsonList<?>> {
  private final ListWork work;
  // Of use once the application runs, and this is made before.
  private final Instance<LoginWatch> logins;
  private final RunningBroker running;

  public JsonListWriter(ListWork work, Instance<LoginWatch> logins, RunningBroker running) {
    super(JsonList.class);
    this.work = work;
    this.logins = logins;
    this.running = running;
  }

  @Override
  protected CompletionStage<?> write(
      JsonList<?> list, ServerHttpResponse to, RoutingContext asked) {
    var answer = new JsonListAnswer<>(list, to, work, running::isStopping);
    ApiLogin login = ApiLogin.of(asked);
    Runnable forget = login == null ? () -> {} : logins.get().endWith(login, answer::cut);
    return answer.start().whenComplete((done, failure) -> forget.run());
  }
}
