package io.nanomq.control.process;

import io.nanomq.Broker;
import io.nanomq.config.RunningConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.control.Reconciler;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.ApiTokenKeys;
import io.nanomq.http.HttpListener;
import io.nanomq.http.StartException;
import io.nanomq.http.VertxInternals;
import io.nanomq.listener.Descriptors;
import io.nanomq.listener.KeyFileWatch;
import io.nanomq.listener.KeyFiles;
import io.nanomq.log.LogOutputs;
import io.nanomq.persistence.journal.JournalStores;
import io.nanomq.tls.PemStore;
import io.netty.channel.EventLoopGroup;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Starts the broker with the application and stops it before the application: the API last up and
 * first down, so that nobody is answered about a broker that is not there.
 */
@Singleton
public class BrokerLifecycle {
  private static final Logger LOG = Logger.getLogger("io.nanomq");

  /** After everything that only prepares, and on the way down before everybody else. */
  private static final int LAST_UP_FIRST_DOWN = 5000;

  private static final int START_MILLIS = 60_000;

  /** From the end of what a stop may take to the end of patience with what hangs nevertheless. */
  private static final long HANG_MILLIS = 10_000;

  private final Vertx vertx;
  private final MqttLoops loops;
  private final RunningConf conf;
  private final RunningBroker running;
  private final HttpListener http;
  private final ApiTokenKeys tokenKeys;
  private final Reconciler reconciler;
  private final String version;
  private @Nullable EventLoopGroup eventLoops;
  private @Nullable KeyFileWatch keyFiles;
  private final PemStore pems;
  private final LogOutputs log;

  public BrokerLifecycle(
      Vertx vertx,
      MqttLoops loops,
      RunningConf conf,
      RunningBroker running,
      HttpListener http,
      ApiTokenKeys tokenKeys,
      Reconciler reconciler,
      PemStore pems,
      LogOutputs log,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    this.vertx = vertx;
    this.loops = loops;
    this.conf = conf;
    this.running = running;
    this.http = http;
    this.tokenKeys = tokenKeys;
    this.reconciler = reconciler;
    this.version = version;
    this.pems = pems;
    this.log = log;
  }

  void start(@Observes @Priority(LAST_UP_FIRST_DOWN) StartupEvent event) {
    StopSignals.begin();
    // Quarkus has set the log up anew since the process began.
    log.use(conf.current().integrations().log());
    OutOfMemoryExit.install();
    EventLoopGroup group = loops.open();
    eventLoops = group;
    running.phase("recovering");
    Broker broker = make(group);
    try {
      prepare(broker);
      await(broker.start(), START_MILLIS);
      running.set(broker);
      startHttp(conf.current().httpServer());
      keyFiles = new KeyFileWatch(this::keyFiles);
    } catch (RuntimeException e) {
      // Quarkus sends no ShutdownEvent for a start that failed, and in dev mode the JVM lives on.
      stopBroker(broker, deadline());
      throw refusal(e);
    }
    LOG.infof("MQTT on %s, HTTP API on %s", broker.ports(), describeHttp());
    warnOfDefaultCredentials(conf.current().httpServer());
    Descriptors.tell(conf.current());
    reconciler.begin();
  }

  private Broker make(EventLoopGroup group) {
    try {
      return new Broker(conf.current(), group, VertxInternals.acceptors(vertx), version, pems);
    } catch (UncheckedIOException failed) {
      MqttLoops.close(group);
      throw new StartException(String.valueOf(failed.getMessage()));
    }
  }

  private void prepare(Broker broker) {
    try {
      running.prepare(broker);
    } catch (IOException e) {
      throw new StartException(String.valueOf(e.getMessage()));
    }
  }

  /** Answers, drains and closes within {@code stop_timeout}; what is not done then is cut off. */
  void stop(@Observes @Priority(1) ShutdownEvent event) {
    endWhateverHangs();
    running.stopping();
    running.find().flatMap(Broker::journalStores).ifPresent(JournalStores::ending);
    long deadline = deadline();
    reconciler.end();
    if (keyFiles != null) {
      keyFiles.close();
    }
    try {
      long millis = millisUntil(deadline);
      await(http.close(millis / 2).toCompletionStage(), millis);
    } catch (RuntimeException e) {
      LOG.warn("The HTTP API did not close cleanly", e);
    }
    running.find().ifPresent(broker -> stopBroker(broker, deadline));
  }

  private long deadline() {
    return System.nanoTime()
        + TimeUnit.MILLISECONDS.toNanos(conf.current().system().stopTimeoutMillis());
  }

  private static long millisUntil(long deadline) {
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
  }

  private void endWhateverHangs() {
    if (LaunchMode.current() == LaunchMode.NORMAL) {
      StopWatchdog.start(conf.current().system().stopTimeoutMillis() + HANG_MILLIS);
    }
  }

  // A port that somebody else has, or a broken key, is the operator's to mend: one line will do, no
  // stack trace.
  private static RuntimeException refusal(RuntimeException failed) {
    Throwable why = failed.getCause();
    Throwable cause = why == null ? null : why.getCause();
    boolean isMendable = cause instanceof IOException || cause instanceof GeneralSecurityException;
    return why != null && cause != null && isMendable
        ? new StartException(why.getMessage() + ": " + cause.getMessage())
        : failed;
  }

  private List<KeyFiles> keyFiles() {
    List<KeyFiles> files = new ArrayList<>(http.keyFiles());
    files.add(tokenKeys);
    return files;
  }

  private void startHttp(HttpServerConf httpConf) {
    try {
      tokenKeys.use(tokenKeys.read(httpConf));
    } catch (IOException | GeneralSecurityException e) {
      HttpServerConf.Jwt jwt = httpConf.jwt();
      String files = jwt.publicKeyFile() + " " + jwt.privateKeyFile();
      throw new StartException("Keys of the HTTP API's tokens cannot be used, " + files + ": " + e);
    }
    if (httpConf.enable()) {
      await(http.open(httpConf).toCompletionStage(), START_MILLIS);
    }
  }

  // The defaults are in every manual, so that an API which others reach is as good as open.
  private void warnOfDefaultCredentials(HttpServerConf httpConf) {
    boolean local = httpConf.address().equals("localhost") || httpConf.address().startsWith("127.");
    if (httpConf.enable() && !local && httpConf.hasDefaultCredentials()) {
      LOG.warnf(
          "The HTTP API on %s:%d is reachable with the default credentials;"
              + " set http_server.username and http_server.password",
          httpConf.address(), http.port());
    }
  }

  private void stopBroker(Broker broker, long deadline) {
    running.set(null);
    try {
      await(broker.stop(), millisUntil(deadline));
    } catch (RuntimeException e) {
      LOG.warn("The broker did not stop cleanly", e);
    }
    if (eventLoops != null) {
      MqttLoops.close(eventLoops);
    }
  }

  private String describeHttp() {
    return http.port() < 0 ? "no port" : conf.current().httpServer().address() + ":" + http.port();
  }

  private static void await(CompletionStage<?> stage, long millis) {
    try {
      stage.toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("No answer within " + millis + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting", e);
    }
  }
}
