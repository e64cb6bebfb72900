package io.nanomq.api.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BodyStreamTest {
  private Handler<Buffer> chunks = chunk -> {};
  private Handler<Void> ends = end -> {};
  private boolean ended;

  private final HttpServerRequest request =
      proxy(
          HttpServerRequest.class,
          (name, argument) -> {
            if (name.equals("isEnded")) {
              return ended;
            }
            // As the framework does.
            if (ended && name.endsWith("andler")) {
              throw new IllegalStateException("Request has already been read");
            }
            if (name.equals("handler")) {
              chunks = handler(argument);
            } else if (name.equals("endHandler")) {
              ends = handler(argument);
            }
            return null;
          });

  private final Context loop =
      proxy(
          Context.class,
          (name, argument) -> {
            BodyStreamTest.<Void>handler(argument).handle(null);
            return null;
          });

  private interface Call {
    @Nullable Object answer(String name, Object argument);
  }

  @SuppressWarnings("unchecked") // a proxy is what it is made for
  private static <T> T proxy(Class<T> type, Call call) {
    return (T)
        Proxy.newProxyInstance(
            BodyStreamTest.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                call.answer(method.getName(), arguments == null ? method : arguments[0]));
  }

  @SuppressWarnings("unchecked") // what such methods take
  private static <T> Handler<T> handler(Object argument) {
    return (Handler<T>) argument;
  }

  @Test
  void whatCameAsAWholeIsThrownAwayWithoutAnError() throws IOException {
    BodyStream body = new BodyStream(request, loop);
    chunks.handle(Buffer.buffer("ab"));
    assertThat(body.read()).isEqualTo('a');
    ends.handle(null);
    ended = true;
    body.discard();
    assertThat(body.read()).isEqualTo('b');
  }

  @Test
  void whatIsStillToComeIsThrownAway() {
    BodyStream body = new BodyStream(request, loop);
    Handler<Buffer> before = chunks;
    body.discard();
    assertThat(chunks).isNotSameAs(before);
  }
}
