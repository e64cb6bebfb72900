package io.nanomq.api.backup;

import io.nanomq.control.backup.BrokerTransfers;
import io.nanomq.transfer.Export;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;
import org.jspecify.annotations.Nullable;

/** An export that is about to be an answer. */
final class ExportBody {
  /** A reader that takes nothing for so long is gone. */
  private static final int PATIENCE_SECONDS = 60;

  private final BrokerTransfers transfers;
  private final Export.Kind kind;
  private volatile boolean begun;

  ExportBody(BrokerTransfers transfers, Export.Kind kind) {
    this.transfers = transfers;
    this.kind = kind;
  }

  /** Fails where nothing was written yet; what ends half-way is cut off, so that it shows. */
  CompletionStage<@Nullable Void> writeTo(ServerHttpResponse response) {
    return transfers
        .export(kind, chunk -> write(response, chunk))
        .handle(
            (lines, failure) -> {
              if (failure == null) {
                response.end();
              } else if (begun) {
                response.reset();
              } else {
                throw new java.util.concurrent.CompletionException(failure);
              }
              return null;
            });
  }

  private void write(ServerHttpResponse response, byte[] chunk) throws IOException {
    if (!begun) {
      begun = true;
      response.setChunked(true);
    }
    try {
      response.write(chunk).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException gone) {
      throw new IOException("its reader is gone");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
