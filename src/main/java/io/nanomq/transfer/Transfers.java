package io.nanomq.transfer;

import io.nanomq.config.model.MqttConf;
import io.nanomq.persistence.StoreClock;
import io.nanomq.retained.RetainedListing;
import io.nanomq.retained.RetainedStore;
import io.nanomq.session.SessionRegistry;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What exports and imports of one broker work with. Shared: what a loop owns is touched by tasks on
 * it only.
 *
 * @param loops one for each loop by index
 */
public record Transfers(
    List<TransferLoop> loops,
    SessionRegistry sessions,
    RetainedStore retained,
    StoreClock clock,
    Supplier<MqttConf> conf) {
  /** A loop that does not answer for so long has stopped. */
  private static final int PATIENCE_SECONDS = 120;

  public Transfers {
    loops = List.copyOf(loops);
  }

  RetainedListing listing() {
    TransferLoop first = loops.get(0);
    return new RetainedListing(first.loop(), retained, first.store());
  }

  /** Waits for what loops do. */
  static <T> T await(CompletionStage<T> done) throws TransferException {
    try {
      return done.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | CompletionException failed) {
      throw new TransferException("the broker failed: " + failed.getCause());
    } catch (TimeoutException late) {
      throw new TransferException("the broker does not answer, or is stopping");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransferException("interrupted");
    }
  }
}
