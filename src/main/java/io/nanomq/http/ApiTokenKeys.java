package io.nanomq.http;

import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.model.HttpServerConf.AuthType;
import io.nanomq.listener.KeyFiles;
import io.nanomq.tls.JwtKeys;
import io.nanomq.tls.PemFiles;
import io.nanomq.tls.PemSource;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the API's tokens: those of the running configuration, read anew when their files
 * change.
 *
 * <p>Shared: any thread may ask, the keys are one immutable record behind a volatile reference;
 * whoever changes them holds the lock.
 */
@Singleton
public class ApiTokenKeys implements KeyFiles {
  private final Path folder;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable Held held;

  /** Keys, with what they were read from. */
  public record Held(HttpServerConf.Jwt conf, String fingerprint, JwtKeys keys) {}

  public ApiTokenKeys(HttpKeyFiles files) {
    this.folder = files.folder();
  }

  /** The keys in force; none where the API takes no tokens. */
  public Optional<JwtKeys> current() {
    Held now = held;
    return now == null ? Optional.empty() : Optional.of(now.keys());
  }

  /**
   * Reads the keys of a configuration, but changes nothing; blocks.
   *
   * @return null where it has no tokens
   */
  public @Nullable Held read(HttpServerConf conf) throws IOException, GeneralSecurityException {
    return conf.authType() == AuthType.JWT ? read(conf.jwt()) : null;
  }

  private Held read(HttpServerConf.Jwt conf) throws IOException, GeneralSecurityException {
    // First, so that what changes in between is seen as a change later.
    String fingerprint = fingerprint(conf);
    return new Held(conf, fingerprint, JwtKeys.read(conf, folder));
  }

  /** Puts keys in force. */
  public synchronized void use(@Nullable Held keys) {
    held = keys;
    listeners.forEach(Runnable::run);
  }

  /** Calls {@code listener} after each change, by the thread that made it; it may not block. */
  public void whenReplaced(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public String name() {
    Held now = held;
    return now == null ? "no key" : now.conf().publicKeyFile();
  }

  @Override
  public synchronized boolean reload() throws IOException, GeneralSecurityException {
    Held now = held;
    if (now == null || now.fingerprint().equals(fingerprint(now.conf()))) {
      return false;
    }
    use(read(now.conf()));
    return true;
  }

  private String fingerprint(HttpServerConf.Jwt conf) throws IOException {
    return PemFiles.fingerprint(
        PemSource.DISK, folder, List.of(conf.publicKeyFile(), conf.privateKeyFile()));
  }
}
