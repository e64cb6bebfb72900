package io.nanomq.api.backup;

import io.nanomq.api.auth.ApiLogin;
import io.nanomq.api.auth.LoginWatch;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ResultCode;
import io.nanomq.control.backup.BrokerTransfers;
import io.nanomq.transfer.Export;
import java.io.IOException;
import java.util.concurrent.CompletionException;
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
  private final LoginWatch logins;
  private final ApiLogin login;
  private volatile boolean begun;
  private volatile boolean isCut;

  /**
   * @param login who asks for it, and gets it as long as that one may
   */
  ExportBody(BrokerTransfers transfers, Export.Kind kind, LoginWatch logins, ApiLogin login) {
    this.transfers = transfers;
    this.kind = kind;
    this.logins = logins;
    this.login = login;
  }

  /** Fails where nothing was written yet; what ends half-way is cut off, so that it shows. */
  CompletionStage<@Nullable Void> writeTo(ServerHttpResponse response) {
    Runnable forget = logins.endWith(login, () -> cut(response));
    return transfers
        .export(kind, chunk -> write(response, chunk))
        .handle(
            (lines, failure) -> {
              forget.run();
              if (failure == null && !isCut) {
                response.end();
              } else if (begun) {
                response.reset();
              } else if (isCut) {
                throw new ApiException(
                    401, ResultCode.WRONG_USERNAME_OR_PASSWORD, TransferResource.OVER);
              } else {
                throw new CompletionException(failure);
              }
              return null;
            });
  }

  /** Whoever waits for its reader is told by the connection that ends. */
  private void cut(ServerHttpResponse response) {
    isCut = true;
    if (begun) {
      response.reset();
    }
  }

  private void write(ServerHttpResponse response, byte[] chunk) throws IOException {
    if (isCut) {
      throw new IOException(TransferResource.OVER);
    }
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
