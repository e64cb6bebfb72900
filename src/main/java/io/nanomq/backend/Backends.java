package io.nanomq.backend;

import io.nanomq.config.model.HttpAuthConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.memory.Budget;
import io.nanomq.outgoing.Outgoing;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The back ends of one broker. Those that a new configuration leaves as they are keep their
 * connections and what they have answered. Shared: {@link #apply} and {@link #close} are called by
 * one thread at a time, everything else reads volatile references.
 */
public final class Backends implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Backends.class);

  private final Budget budget;
  private final Outgoing outgoing;
  private final Map<Kind, BackendFigures> figures = new EnumMap<>(Kind.class);
  private final Map<Kind, Slot> slots = new EnumMap<>(Kind.class);
  private final HttpLoops loops = new HttpLoops();

  /** What is asked for. */
  public enum Kind {
    /** May this client connect? */
    AUTH_REQ,
    /** May it do everything? */
    SUPER_REQ,
    /** May it publish or subscribe? */
    ACL_REQ;

    /** As in the configuration. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What makes a back end another one. */
  private record Spec(HttpAuthConf.Request request, HttpAuthConf timing, int parallel) {
    boolean isSame(Spec other) {
      return request.equals(other.request)
          && parallel == other.parallel
          && timing.timeoutMillis() == other.timing.timeoutMillis()
          && timing.connectTimeoutMillis() == other.timing.connectTimeoutMillis()
          && timing.poolSize() == other.timing.poolSize()
          && timing.cacheMillis() == other.timing.cacheMillis();
    }
  }

  private static final class Slot {
    private volatile @Nullable HttpBackend backend;
    private @Nullable Spec spec;
  }

  /**
   * @param budget of what is kept of their answers
   * @param outgoing where calls may go
   */
  public Backends(Budget budget, Outgoing outgoing) {
    this.budget = budget;
    this.outgoing = outgoing;
    for (Kind kind : Kind.values()) {
      figures.put(kind, new BackendFigures());
      slots.put(kind, new Slot());
    }
  }

  /** The back end that is asked for that, null = none is. */
  public @Nullable HttpBackend find(Kind kind) {
    return slot(kind).backend;
  }

  public BackendFigures figures(Kind kind) {
    BackendFigures found = figures.get(kind);
    if (found == null) {
      throw new IllegalStateException("filled above");
    }
    return found;
  }

  private Slot slot(Kind kind) {
    Slot found = slots.get(kind);
    if (found == null) {
      throw new IllegalStateException("filled above");
    }
    return found;
  }

  /**
   * Puts a configuration in force; reads files, so it blocks.
   *
   * @param parallel calls of one back end that may be outstanding
   */
  public void apply(HttpAuthConf conf, int parallel) {
    for (Kind kind : Kind.values()) {
      HttpAuthConf.Request request =
          switch (kind) {
            case AUTH_REQ -> conf.authentication();
            case SUPER_REQ -> conf.superuser();
            case ACL_REQ -> conf.authorization();
          };
      boolean isAsked = conf.enable() && !request.url().isEmpty();
      replace(kind, isAsked ? new Spec(request, conf, parallel) : null);
    }
  }

  private void replace(Kind kind, @Nullable Spec next) {
    Slot slot = slot(kind);
    Spec before = slot.spec;
    if (before == null ? next == null : next != null && next.isSame(before)) {
      return;
    }
    HttpBackend old = slot.backend;
    slot.backend = next == null ? null : open(kind, next);
    slot.spec = next;
    if (old != null) {
      old.close();
    }
  }

  private HttpBackend open(Kind kind, Spec spec) {
    HttpAuthConf timing = spec.timing;
    Vertx own = loops.get();
    int outstanding = Math.max(1, Math.min(spec.parallel, timing.poolSize()));
    HttpClientOptions options =
        new HttpClientOptions()
            .setMaxPoolSize(timing.poolSize())
            .setConnectTimeout((int) timing.connectTimeoutMillis())
            .setKeepAliveTimeout((int) TimeUnit.MINUTES.toSeconds(1));
    secure(options, "auth.http_auth." + kind.key(), spec.request.tls());
    HttpCalls calls =
        new HttpCalls(
            "auth.http_auth." + kind.key(),
            spec.request,
            own.createHttpClient(options),
            outgoing,
            own.getOrCreateContext(),
            timing.timeoutMillis());
    VerdictCache cache = new VerdictCache(timing.cacheMillis(), budget, Backends::monotonicMillis);
    return new HttpBackend(
        new RequestTemplate(spec.request), calls, cache, figures(kind), outstanding);
  }

  /** Files that cannot be read leave a back end that no certificate pleases. */
  private void secure(HttpClientOptions options, String name, TlsConf tls) {
    try {
      BackendTls.secure(options, tls, outgoing.pems());
    } catch (IOException | GeneralSecurityException failure) {
      LOG.errorf("TLS files of %s cannot be used: %s", name, failure.getMessage());
      BackendTls.trustNobody(options);
    }
  }

  /**
   * A document of a web server; whoever asks closes it. Reads the file, so it blocks.
   *
   * @param caCertFile whom to trust; empty = the JDK's authorities
   * @param bearerFile token to show; empty = none
   */
  public WebDocument document(String url, String caCertFile, String bearerFile) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setMaxPoolSize(1)
            .setConnectTimeout((int) WebDocument.TIMEOUT_MILLIS);
    secure(options, url, new TlsConf("", "", caCertFile, "", true, false));
    Vertx own = loops.get();
    return new WebDocument(
        own, own.createHttpClient(options), outgoing, url, bearerFile, WebDocument.TIMEOUT_MILLIS);
  }

  private static long monotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  @Override
  public void close() {
    for (Kind kind : Kind.values()) {
      replace(kind, null);
    }
    loops.close();
  }
}
