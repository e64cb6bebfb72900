package io.nanomq.api.list;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nanomq.api.json.ResultCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * Writes one {@link JsonList}: reads a batch, makes JSON of it, writes chunks and waits for each to
 * have left before it goes on. So a reader that is slow costs a chunk of memory and no thread, and
 * one that has gone ends the work. A short answer goes out in one, with its length.
 *
 * <p>One step at a time, on the threads of {@link ListWork}; the steps see each other's state
 * because each is begun by the end of the one before.
 */
final class JsonListAnswer<T> {
  private static final Logger LOG = Logger.getLogger(JsonListAnswer.class);

  /** Bytes that are gathered before they are written. */
  private static final int CHUNK = 32 * 1024;

  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE).build();

  private final JsonList<T> list;
  private final ServerHttpResponse response;
  private final ListWork work;
  private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(CHUNK + CHUNK / 4);
  private final JsonGenerator json;
  private Iterator<T> batch = Collections.emptyIterator();
  private final BooleanSupplier isStopping;
  private volatile boolean begun;
  private boolean hasTakenMore;

  /**
   * @param isStopping whether what lists are read from is about to end
   */
  JsonListAnswer(
      JsonList<T> list, ServerHttpResponse response, ListWork work, BooleanSupplier isStopping) {
    this.isStopping = isStopping;
    this.list = list;
    this.response = response;
    this.work = work;
    try {
      json = MAPPER.createGenerator(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails where nothing could be read, and nothing was written yet. */
  CompletionStage<@Nullable Void> start() {
    work.execute(
        () ->
            step(
                () -> {
                  head();
                  nextBatch();
                }));
    return done;
  }

  private interface Step {
    void run() throws IOException;
  }

  private void step(Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
  }

  private void head() throws IOException {
    json.writeStartObject();
    json.writeNumberField("code", ResultCode.SUCCEED.code());
    if (list.meta() != null) {
      json.writePOJOField("meta", list.meta());
    }
    json.writeArrayFieldStart("data");
  }

  /** One that is there already, such as the end, is taken in the same turn; other lists wait. */
  private void nextBatch() {
    CompletableFuture<Optional<List<T>>> next = list.elements().next().toCompletableFuture();
    if (next.isDone() && !hasTakenMore) {
      hasTakenMore = true;
      next.whenComplete(this::read);
    } else {
      next.whenCompleteAsync(this::readLater, work);
    }
  }

  private void readLater(Optional<List<T>> next, @Nullable Throwable failure) {
    hasTakenMore = false;
    read(next, failure);
  }

  private void read(Optional<List<T>> next, @Nullable Throwable failure) {
    if (failure != null) {
      fail(failure);
    } else if (next.isEmpty()) {
      step(this::end);
    } else {
      batch = next.get().iterator();
      step(this::write);
    }
  }

  private void write() throws IOException {
    while (batch.hasNext() && bytes.size() < CHUNK) {
      list.row().write(batch.next(), json);
    }
    if (bytes.size() < CHUNK) {
      nextBatch();
      return;
    }
    send();
  }

  private void send() {
    if (!begun) {
      begun = true;
      response.setChunked(true);
    }
    byte[] chunk = bytes.toByteArray();
    bytes.reset();
    response.write(chunk).whenCompleteAsync(this::written, work);
  }

  private void written(@Nullable Void nothing, @Nullable Throwable gone) {
    if (gone == null) {
      step(this::write);
    } else {
      LOG.debugf("The reader of a list has gone: %s", gone.getMessage());
      done.complete(null);
    }
  }

  private void end() throws IOException {
    json.close();
    response.end(bytes.toByteArray());
    done.complete(null);
  }

  /** Whoever reads it so slowly may read it no longer; one that has not begun is about to end. */
  void cut() {
    if (begun) {
      response.reset();
    }
  }

  // What has begun cannot become an error any more; cut off, it cannot be taken for the whole list.
  private void fail(Throwable failure) {
    if (begun) {
      LOG.log(
          isStopping.getAsBoolean() ? Level.DEBUG : Level.ERROR, "A list failed half-way", failure);
      response.reset();
      done.complete(null);
    } else {
      done.completeExceptionally(failure);
    }
  }
}
