package io.nanomq.api.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.http.ApiShare;
import io.nanomq.loop.BatchReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a list goes out: in chunks, no faster than its reader, and no longer than there is one. */
class JsonListAnswerTest {
  private static final String TEXT = "x".repeat(1000);

  private final ListWork work = new ListWork(new ApiShare(() -> 100, () -> false));
  private JsonListAnswer<String> answer;
  private final AtomicInteger asked = new AtomicInteger();
  private final List<String> calls = new ArrayList<>();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final LinkedBlockingQueue<CompletableFuture<Void>> writes = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    work.stop();
  }

  private final ServerHttpResponse response =
      (ServerHttpResponse)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {ServerHttpResponse.class},
              (proxy, method, arguments) -> {
                calls.add(method.getName());
                if (arguments != null && arguments[0] instanceof byte[] bytes) {
                  sent.write(bytes);
                }
                if (method.getName().equals("write")) {
                  var write = new CompletableFuture<Void>();
                  writes.add(write);
                  return write;
                }
                return proxy;
              });

  /** BatchReader of 10 KB; the last one asked for fails where {@code failure} is given. */
  private CompletableFuture<?> answer(int pieces, Page.Meta meta, RuntimeException failure) {
    BatchReader<String> source =
        () -> {
          int n = asked.incrementAndGet();
          if (n > pieces && failure != null) {
            return CompletableFuture.failedFuture(failure);
          }
          return CompletableFuture.completedFuture(
              n > pieces ? Optional.empty() : Optional.of(List.of(TEXT, TEXT, TEXT, TEXT, TEXT)));
        };
    var list = new JsonList<>(meta, source, (text, to) -> to.writeString(text));
    answer = new JsonListAnswer<>(list, response, work, () -> false);
    return answer.start().toCompletableFuture();
  }

  private CompletableFuture<Void> write() throws InterruptedException {
    return writes.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void aShortAnswerIsOne() throws IOException {
    answer(1, new Page.Meta(1, 5, 5), null).orTimeout(10, TimeUnit.SECONDS).join();

    assertThat(calls).containsExactly("end");
    assertThat(sent.toString())
        .startsWith("{\"code\":0,\"meta\":{\"page\":1,\"limit\":5,\"count\":5},");
    assertThat(new ObjectMapper().readTree(sent.toByteArray()).get("data")).hasSize(5);
  }

  @Test
  void aReaderThatIsSlowIsWaitedFor() throws Exception {
    var done = answer(100, null, null);
    CompletableFuture<Void> first = write();
    int before = asked.get();

    assertThat(before).as("enough for one chunk").isLessThan(10);
    assertThat(write(50)).as("no second chunk before the first has left").isNull();
    assertThat(asked).hasValue(before);

    first.complete(null);
    while (!done.isDone()) {
      CompletableFuture<Void> next = write(20);
      if (next != null) {
        next.complete(null);
      }
    }
    assertThat(new ObjectMapper().readTree(sent.toByteArray()).get("data")).hasSize(500);
    assertThat(calls).startsWith("setChunked").endsWith("end");
  }

  private CompletableFuture<Void> write(int millis) throws InterruptedException {
    return writes.poll(millis, TimeUnit.MILLISECONDS);
  }

  @Test
  void aReaderThatHasGoneEndsTheWork() throws Exception {
    var done = answer(100, null, null);
    CompletableFuture<Void> first = write();
    int before = asked.get();

    first.completeExceptionally(new IOException("gone"));

    done.get(10, TimeUnit.SECONDS);
    assertThat(asked).hasValue(before);
    assertThat(calls).doesNotContain("end");
  }

  /** As where its reader may read no longer. */
  @Test
  void oneThatIsCutOffCannotBeTakenForTheWholeList() throws Exception {
    var done = answer(100, null, null);
    CompletableFuture<Void> first = write();

    answer.cut();
    first.completeExceptionally(new IOException("cut"));

    done.get(10, TimeUnit.SECONDS);
    assertThat(calls).contains("reset").doesNotContain("end");
  }

  @Test
  void whatFailsBeforeAnythingWasWrittenIsAnError() {
    var done = answer(0, null, new IllegalStateException("no loops"));

    assertThatThrownBy(() -> done.orTimeout(10, TimeUnit.SECONDS).join())
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("no loops");
    assertThat(calls).isEmpty();
  }

  @Test
  void whatFailsHalfWayIsCutOff() throws Exception {
    var done = answer(20, null, new IllegalStateException("no loops"));
    while (!done.isDone()) {
      CompletableFuture<Void> next = write(20);
      if (next != null) {
        next.complete(null);
      }
    }
    await().until(() -> calls.contains("reset"));
    assertThat(calls).doesNotContain("end");
  }
}
