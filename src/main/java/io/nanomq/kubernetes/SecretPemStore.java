package io.nanomq.kubernetes;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.store.ConfConflictException;
import io.nanomq.tls.PemFolders;
import io.nanomq.tls.PemStore;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keys and certificates in a Secret that is mounted as a folder: its keys are the names of the
 * files there, and documents name the files. It is written with the resource version that was read
 * last, so that the API server itself refuses to overwrite what somebody else has changed
 * meanwhile. The Secret itself is never made here, since a right to do so cannot be limited to one
 * name.
 *
 * <p>The mount follows the Secret about a minute later. What was read from the Secret, or written
 * to it, {@link SecretOverlay} has in place of the files until then, so that a listener that is
 * opened with a new certificate has it at once. While something stands in, the Secret is asked
 * again once a minute: somebody may have put back what the volume still shows.
 *
 * <p>Threads may share it for reading; one thread at a time refreshes and writes.
 */
public final class SecretPemStore implements PemStore {
  private static final Logger LOG = Logger.getLogger(SecretPemStore.class);

  /** What Kubernetes takes as the name of one of a Secret's contents. */
  private static final Pattern KEY = Pattern.compile("(?!\\.\\.)[-._a-zA-Z0-9]{1,253}");

  private static final long ASK_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final KubernetesClient client;
  private final String namespace;
  private final String secret;
  private final Path folder;
  private final LongSupplier nanos;
  private final SecretOverlay overlay = new SecretOverlay();
  private volatile long askedNanos;
  private volatile boolean isTold;
  // What the next write starts from: touched by refresh and write only.
  private @Nullable Secret seen;
  private @Nullable IOException unread;

  /**
   * @param client stays open; whoever made it closes it
   * @param folder where the Secret is mounted
   */
  public SecretPemStore(KubernetesClient client, String namespace, String secret, Path folder) {
    this(client, namespace, secret, folder, System::nanoTime);
  }

  /**
   * Keeps keys in the Secret, with a clock of its own.
   *
   * @param nanos a clock that never goes back
   */
  SecretPemStore(
      KubernetesClient client, String namespace, String secret, Path folder, LongSupplier nanos) {
    this.client = client;
    this.namespace = namespace;
    this.secret = secret;
    this.folder = folder.toAbsolutePath().normalize();
    this.nanos = nanos;
  }

  private String name() {
    return "Secret " + namespace + "/" + secret;
  }

  @Override
  public byte[] read(Path file) throws IOException {
    if (!overlay.isEmpty() && nanos.getAsLong() - askedNanos > ASK_AGAIN_NANOS) {
      askedNanos = nanos.getAsLong();
      tryToLearn();
    }
    return overlay.read(normalized(file));
  }

  private static Path normalized(Path file) {
    return file.toAbsolutePath().normalize();
  }

  @Override
  public Path place(Part part, Path documents) {
    return folder.resolve(
        switch (part) {
          case KEY -> "tls.key";
          case CERTIFICATE -> "tls.crt";
          case AUTHORITIES -> "ca.crt";
        });
  }

  @Override
  public boolean isOwn(Path file, PemFolders folders) {
    Path path = normalized(file);
    return folder.equals(path.getParent()) && KEY.matcher(key(path)).matches();
  }

  @Override
  public void requireWritable(Path file, Part part, PemFolders folders) throws ConfValueException {
    if (!isOwn(file, folders)) {
      throw new ConfValueException(
          "is not in " + folder + ", where " + name() + " is mounted",
          "a file there, such as " + place(Part.KEY, folder));
    }
    requireReplaceable(file, part);
  }

  private static String key(Path file) {
    return String.valueOf(file.getFileName());
  }

  @Override
  public synchronized void refresh() {
    askedNanos = nanos.getAsLong();
    unread = null;
    try {
      seen = learn();
    } catch (IOException e) {
      unread = e;
      tell(e);
    }
  }

  private void tryToLearn() {
    try {
      learn();
    } catch (IOException e) {
      tell(e);
    }
  }

  private @Nullable Secret learn() throws IOException {
    Secret found = get();
    if (found != null && found.getData() != null) {
      for (Map.Entry<String, String> entry : found.getData().entrySet()) {
        Path file = folder.resolve(entry.getKey());
        overlay.learn(file, Base64.getDecoder().decode(entry.getValue()));
      }
    }
    isTold = false;
    return found;
  }

  // Once: what is mounted goes on serving, and whoever wants to write is told by the answer.
  private void tell(IOException why) {
    if (!isTold) {
      isTold = true;
      LOG.warnf("The files in %s count as they are: %s", folder, why.getMessage());
    }
  }

  @Override
  public synchronized Undo write(Map<Path, String> contents) throws IOException {
    if (unread != null) {
      throw new IOException(unread.getMessage(), unread);
    }
    Secret before = seen;
    if (before == null) {
      throw new IOException(name() + " is not there; make it with kubectl and try again");
    }
    Map<String, @Nullable String> changes = new HashMap<>();
    Map<String, @Nullable String> old = new HashMap<>();
    for (Map.Entry<Path, String> file : contents.entrySet()) {
      String key = key(file.getKey());
      changes.put(key, base64(file.getValue()));
      old.put(key, before.getData() == null ? null : before.getData().get(key));
    }
    seen = replace(before, changes);
    return () -> putBack(old);
  }

  private synchronized void putBack(Map<String, @Nullable String> old) throws IOException {
    Secret written = seen;
    if (written != null) {
      seen = replace(written, old);
    }
  }

  /** Writes what differs; null removes. */
  private Secret replace(Secret base, Map<String, @Nullable String> changes) throws IOException {
    Map<String, String> data = new HashMap<>();
    if (base.getData() != null) {
      data.putAll(base.getData());
    }
    changes.forEach((key, value) -> data.compute(key, (k, was) -> value));
    Secret written = data.equals(base.getData()) ? base : update(base, data);
    for (Map.Entry<String, @Nullable String> change : changes.entrySet()) {
      Path file = folder.resolve(change.getKey());
      String value = change.getValue();
      if (value == null) {
        overlay.forget(file);
      } else {
        overlay.learn(file, Base64.getDecoder().decode(value));
      }
    }
    return written;
  }

  private Secret update(Secret base, Map<String, String> data) throws IOException {
    Secret changed = new SecretBuilder(base).withData(data).build();
    String version = base.getMetadata().getResourceVersion();
    try {
      Secret written = client.resource(changed).lockResourceVersion(version).update();
      NoAnswer.requireObject(name() + " cannot be written: ", "Secret", written);
      return written;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        throw new ConfConflictException(name() + " was changed by somebody else");
      }
      throw clear("written", "update", e);
    }
  }

  /** Null where there is none. */
  private @Nullable Secret get() throws IOException {
    try {
      Secret found = client.secrets().inNamespace(namespace).withName(secret).get();
      NoAnswer.requireObject(name() + " cannot be read: ", "Secret", found);
      return found;
    } catch (KubernetesClientException e) {
      throw clear("read", "get", e);
    }
  }

  /** The same failure in words that say what to do; none of what the Secret holds. */
  private IOException clear(String what, String verb, KubernetesClientException e) {
    String start = name() + " cannot be " + what + ": ";
    if (e.getStatus() == null) {
      return NoAnswer.of(start, e);
    }
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN ->
          new IOException(start + "the service account needs the right to " + verb + " it", e);
      default ->
          new IOException(
              start + "the API server answers " + e.getCode() + " " + e.getStatus().getReason());
    };
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
