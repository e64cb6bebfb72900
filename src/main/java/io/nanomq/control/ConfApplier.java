package io.nanomq.control;

import io.nanomq.config.NanomqConf;
import io.nanomq.config.RunningConf;
import io.nanomq.http.ApiTokenKeys;
import io.nanomq.http.HttpListener;
import io.nanomq.http.HttpMove;
import io.nanomq.listener.ListenersMove;
import io.nanomq.log.LogOutputs;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Puts a configuration in force: all of it, or none where a part fails. Blocks; the reconciler's
 * thread calls it, one call at a time.
 */
@Singleton
public class ConfApplier {
  private static final Logger LOG = Logger.getLogger("io.nanomq.config");

  private static final int SECONDS = 60;

  private final RunningConf running;
  private final RunningBroker broker;
  private final HttpListener http;
  private final ApiTokenKeys tokenKeys;
  private final LogOutputs log;

  public ConfApplier(
      RunningConf running,
      RunningBroker broker,
      HttpListener http,
      ApiTokenKeys tokenKeys,
      LogOutputs log) {
    this.running = running;
    this.broker = broker;
    this.http = http;
    this.tokenKeys = tokenKeys;
    this.log = log;
  }

  /**
   * Returns once everything applies, but for the API's old socket, which closes when its requests
   * are answered: one of them may be what asked for this.
   *
   * @throws ApplyException where something cannot be done; everything is as it was then
   */
  void apply(NanomqConf wanted) throws ApplyException {
    NanomqConf next = withRunningLoops(wanted);
    var keys = tokenKeys(next);
    HttpMove api = await(http.move(next.httpServer()));
    ListenersMove mqtt = broker.get().move(next);
    try {
      open(api, mqtt);
    } catch (ApplyException | RuntimeException e) {
      undo(api, mqtt, e);
      throw e;
    }
    // Without keys an API that takes tokens is closed, so that in between it is never too open.
    tokenKeys.use(keys);
    log.use(next.integrations().log());
    running.replace(next);
    api.commit();
    await(broker.get().commit(next, mqtt));
  }

  // Each may want what the other has: whoever leaves a port lets go of it before the other comes.
  private static void open(HttpMove api, ListenersMove mqtt) throws ApplyException {
    if (mqtt.leaves(api.comingPort())) {
      await(mqtt.release());
    }
    await(api.open());
    if (mqtt.comesTo(api.leavingPort())) {
      await(api.release());
    }
    await(mqtt.open());
  }

  private static void undo(HttpMove api, ListenersMove mqtt, Exception why) {
    // What came is closed before what had left is opened again.
    for (Step step : List.<Step>of(() -> await(api.undo()), () -> await(mqtt.undo()))) {
      try {
        step.run();
      } catch (ApplyException | RuntimeException e) {
        why.addSuppressed(e);
        LOG.errorf("Not everything could be put back: %s", e.getMessage());
      }
    }
    api.restore();
  }

  private interface Step {
    void run() throws ApplyException;
  }

  private ApiTokenKeys.@Nullable Held tokenKeys(NanomqConf next) throws ApplyException {
    try {
      return tokenKeys.read(next.httpServer());
    } catch (IOException | GeneralSecurityException e) {
      throw new ApplyException(e);
    }
  }

  // Vert.x made its loops before there was any bean, and sessions live on them.
  private NanomqConf withRunningLoops(NanomqConf wanted) {
    return new NanomqConf(
        running.current().eventLoops(),
        wanted.mqtt(),
        wanted.listeners(),
        wanted.httpServer(),
        wanted.system(),
        wanted.auth(),
        wanted.integrations());
  }

  private static <T> T await(Future<T> future) throws ApplyException {
    return await(future.toCompletionStage());
  }

  private static <T> T await(CompletionStage<T> stage) throws ApplyException {
    try {
      return stage.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new ApplyException(e.getCause());
    } catch (TimeoutException e) {
      throw new ApplyException(new IllegalStateException("No answer within " + SECONDS + " s"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApplyException(e);
    }
  }
}
