package io.nanomq.authn;

import io.nanomq.backend.Backends;
import io.nanomq.backend.HttpBackend;
import io.nanomq.backend.WebDocument;
import io.nanomq.config.model.AuthConf;
import io.nanomq.config.model.ChainConf;
import io.nanomq.config.model.ChainConf.TokenConf;
import io.nanomq.limit.SteadyClock;
import io.nanomq.loop.BlockingWork;
import io.nanomq.tls.PemSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes the links of a configuration. What outlives a change of it is here: keys that were read,
 * and how often passwords were guessed. Whoever makes links does so one at a time.
 */
final class AuthLinks implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(AuthLinks.class);
  private static final Path FOLDER = Path.of("");

  private final BiConsumer<Object, BlockingWork.Work> worker;
  private final Clock clock;
  private final Backends backends;
  private final PemSource pems;
  private final PasswordGuard guard;
  private final ScramSecret scram = new ScramSecret();
  private final Runnable fewerKeys;
  private volatile @Nullable Held held;

  /** Keys, what they were read by, and what is to be closed after them. */
  private record Held(TokenConf by, TokenKeys keys, @Nullable WebDocument document) {
    boolean isFor(TokenConf conf) {
      return by.keyFile().equals(conf.keyFile())
          && by.jwksUrl().equals(conf.jwksUrl())
          && by.caCertFile().equals(conf.caCertFile())
          && by.bearerFile().equals(conf.bearerFile())
          && by.refreshMillis() == conf.refreshMillis();
    }

    boolean isSameDocument(TokenConf conf) {
      return by.keyFile().equals(conf.keyFile())
          && by.jwksUrl().equals(conf.jwksUrl())
          && by.caCertFile().equals(conf.caCertFile());
    }
  }

  /**
   * @param worker runs what takes long, by whom it is for; bounded
   * @param pems what key files are read from
   * @param fewerKeys told when a key is gone that tokens may have been held against
   */
  AuthLinks(
      BiConsumer<Object, BlockingWork.Work> worker,
      Clock clock,
      Backends backends,
      PemSource pems,
      Runnable fewerKeys) {
    this.worker = worker;
    this.clock = clock;
    this.backends = backends;
    this.pems = pems;
    this.guard = new PasswordGuard(new SteadyClock());
    this.fewerKeys = fewerKeys;
  }

  PasswordGuard guard() {
    return guard;
  }

  /** All that are configured, by name. */
  Map<String, AuthLink> make(AuthConf conf) {
    Map<String, AuthLink> links = new HashMap<>();
    ChainConf chain = conf.chain();
    if (chain.takesCertificates()) {
      links.put(CertificateLink.NAME, new CertificateLink(chain.certificateUser()));
    }
    if (chain.token().isOn()) {
      TokenKeys keys = keys(chain.token());
      links.put(TokenLink.NAME, new TokenLink(chain.token(), keys, worker, clock));
    } else {
      close();
    }
    if (!conf.users().isEmpty()) {
      links.put(UserLink.NAME, new UserLink(conf.users(), worker, guard, scram));
    }
    HttpBackend http = backends.find(Backends.Kind.AUTH_REQ);
    if (http != null) {
      links.put(HttpLink.NAME, new HttpLink(http, conf.http().ignoreErrors()));
    }
    return links;
  }

  private TokenKeys keys(TokenConf conf) {
    Held before = held;
    if (before != null && before.isFor(conf)) {
      return before.keys;
    }
    close();
    boolean isFile = !conf.keyFile().isEmpty();
    WebDocument document =
        isFile ? null : backends.document(conf.jwksUrl(), conf.caCertFile(), conf.bearerFile());
    TokenKeys.Source source =
        document == null
            ? then -> work(conf.keyFile(), () -> content(conf.keyFile()), then)
            // Thousands of keys take a while: not on the loop that other back ends answer on.
            : then -> document.fetch(got -> work(conf.jwksUrl(), () -> got, then));
    String name = isFile ? conf.keyFile() : conf.jwksUrl();
    TokenKeys keys =
        new TokenKeys(name, source, conf.refreshMillis(), AuthLinks::monotonicMillis, fewerKeys);
    if (before != null) {
      keys.follow(before.keys, before.isSameDocument(conf));
    }
    keys.renew(() -> {});
    held = new Held(conf, keys, document);
    return keys;
  }

  private static long monotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private void work(
      String from, Supplier<byte @Nullable []> document, Consumer<byte @Nullable []> then) {
    worker.accept(
        from, BlockingWork.Work.of(() -> then.accept(document.get()), () -> then.accept(null)));
  }

  private byte @Nullable [] content(String file) {
    try {
      return pems.read(FOLDER.resolve(file));
    } catch (IOException e) {
      LOG.errorf("%s cannot be read: %s; what was read before is used", file, e.getMessage());
      return null;
    }
  }

  /** Has keys read anew that are old, though nobody comes who needs them. Any thread. */
  void renewKeys() {
    Held now = held;
    if (now != null) {
      now.keys.known();
    }
  }

  /** Forgets keys. */
  @Override
  public void close() {
    Held before = held;
    held = null;
    if (before != null && before.document != null) {
      before.document.close();
    }
  }
}
