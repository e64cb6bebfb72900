package io.nanomq.backend;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import org.jspecify.annotations.Nullable;

/**
 * Event loops for calls of web servers, which have nothing to do with MQTT. Made when the first one
 * is needed: most brokers need none. Used by one thread at a time.
 */
public final class HttpLoops implements AutoCloseable {
  private @Nullable Vertx vertx;

  /** The loops. */
  public Vertx get() {
    Vertx made = vertx;
    if (made == null) {
      made =
          Vertx.vertx(
              new VertxOptions()
                  .setEventLoopPoolSize(2)
                  .setWorkerPoolSize(1)
                  .setInternalBlockingPoolSize(2)
                  .setFileSystemOptions(
                      new FileSystemOptions()
                          .setClassPathResolvingEnabled(false)
                          .setFileCachingEnabled(false)));
      vertx = made;
    }
    return made;
  }

  @Override
  public void close() {
    if (vertx != null) {
      vertx.close();
      vertx = null;
    }
  }
}
