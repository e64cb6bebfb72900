package io.nanomq.kubernetes;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.nanomq.config.document.HashedDocument;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Users of MQTT, each a Secret with the label {@value #LABEL}: {@code username} and {@code
 * password}, which may be a hash. Of two of one user the first by name counts. All methods but the
 * calls of a watch may block; threads may share it.
 */
public final class UserSecrets {
  public static final String LABEL = "nanomq.io/user";

  private static final String YES = "true";
  private static final String NAME = "username";
  private static final String PASSWORD = "password";
  private static final int HASH_DIGITS = 24;
  private static final int ATTEMPTS = 5;

  private static final Logger LOG = Logger.getLogger(UserSecrets.class);

  private final KubernetesClient client;
  private final String namespace;

  /**
   * @param client stays open; whoever made it closes it
   */
  public UserSecrets(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** User name to password or hash. */
  public Map<String, String> read() throws IOException {
    try {
      return users(all("read"));
    } catch (KubernetesClientException e) {
      throw clear("read", e);
    }
  }

  private static Map<String, String> users(List<Secret> secrets) {
    Map<String, String> users = new LinkedHashMap<>();
    secrets.stream()
        .sorted(Comparator.comparing(secret -> secret.getMetadata().getName()))
        .forEach(secret -> add(users, secret));
    return users;
  }

  private static void add(Map<String, String> users, Secret secret) {
    String name = text(secret, NAME);
    String password = text(secret, PASSWORD);
    String where = secret.getMetadata().getName();
    if (name == null || name.isEmpty() || password == null || password.isEmpty()) {
      LOG.warnf("Secret %s is no user: it has no username or no password", where);
    } else if (users.putIfAbsent(name, password) != null) {
      LOG.warnf("Secret %s has a user that another Secret has, too", where);
    }
  }

  private static @Nullable String text(Secret secret, String key) {
    String base64 = secret.getData() == null ? null : secret.getData().get(key);
    try {
      return base64 == null
          ? null
          : new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Makes the user's Secret, or changes the one that there is; others may do the same at once, and
   * the last one counts.
   */
  public void put(String name, String hash) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        putOnce(name, hash);
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == ATTEMPTS) {
          throw clear("written", e);
        }
      }
    }
  }

  private void putOnce(String name, String hash) throws IOException {
    for (Secret secret : of(name)) {
      Secret changed = new SecretBuilder(secret).addToData(PASSWORD, base64(hash)).build();
      client.resource(changed).update();
      return;
    }
    client.resource(secret(name, hash)).create();
  }

  private Secret secret(String name, String hash) {
    // User names may be what names of objects may not.
    String digits =
        HashedDocument.hash(name.getBytes(StandardCharsets.UTF_8)).substring(0, HASH_DIGITS);
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName("nanomq-user-" + digits)
        .addToLabels(LABEL, YES)
        .endMetadata()
        .addToData(NAME, base64(name))
        .addToData(PASSWORD, base64(hash))
        .build();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Removes every Secret of the user. */
  public void remove(String name) throws IOException {
    try {
      for (Secret secret : of(name)) {
        client.resource(secret).delete();
      }
    } catch (KubernetesClientException e) {
      throw clear("removed", e);
    }
  }

  private List<Secret> all(String what) throws IOException {
    List<Secret> all =
        client.secrets().inNamespace(namespace).withLabel(LABEL, YES).list().getItems();
    for (Secret each : all) {
      NoAnswer.requireObject(start(what), "Secret", each);
    }
    return all;
  }

  private List<Secret> of(String name) throws IOException {
    return all("read").stream()
        .filter(secret -> name.equals(text(secret, NAME)))
        .sorted(Comparator.comparing(secret -> secret.getMetadata().getName()))
        .toList();
  }

  /**
   * Tells of every change, whoever made it; the watch begins anew whenever it ends.
   *
   * @param listener called by a thread of the client's, one call at a time
   * @return closing it ends the calls
   */
  public AutoCloseable watch(Consumer<Map<String, String>> listener) {
    SharedIndexInformer<Secret> informer =
        client.secrets().inNamespace(namespace).withLabel(LABEL, YES).runnableInformer(0);
    Runnable tell = () -> listener.accept(users(informer.getStore().list()));
    informer.exceptionHandler(UserSecrets::lost);
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(Secret secret) {
            tell.run();
          }

          @Override
          public void onUpdate(Secret before, Secret after) {
            tell.run();
          }

          @Override
          public void onDelete(Secret secret, boolean finalStateUnknown) {
            tell.run();
          }
        });
    var started = informer.start();
    started.exceptionally(
        why -> {
          LOG.warnf("Secrets of users are not watched: %s", why.getMessage());
          return null;
        });
    return informer::stop;
  }

  // Always true: a watch that gives up would leave users for good who are gone.
  private static boolean lost(boolean started, Throwable why) {
    LOG.warnf("Secrets of users are not watched at the moment: %s", why.getMessage());
    return true;
  }

  private static String start(String what) {
    return "Secrets with the label " + LABEL + " cannot be " + what + ": ";
  }

  private static IOException clear(String what, KubernetesClientException e) {
    String start = start(what);
    return e.getStatus() == null
        ? NoAnswer.of(start, e)
        : new IOException(start + "the API server answers " + e.getCode() + ", see k8s-users/", e);
  }
}
