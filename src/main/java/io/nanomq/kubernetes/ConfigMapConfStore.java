package io.nanomq.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.nanomq.config.StoreChoice;
import io.nanomq.config.store.ConfConflictException;
import io.nanomq.config.store.ConfStore;
import io.nanomq.config.store.StoredConf;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A document in a key of a ConfigMap, {@value StoreChoice#DOCUMENT} unless another is named. It is
 * written with the resource version that was read last, so that the API server itself refuses to
 * overwrite what somebody else has changed meanwhile. A change of anything but the document is no
 * conflict: then the write is tried again. The ConfigMap itself is never made here, since a right
 * to do so cannot be limited to one name. Threads may share it: writes are serialised.
 */
public final class ConfigMapConfStore implements ConfStore {
  /** What the API server takes as the data of one ConfigMap, in bytes. */
  static final int MAX_BYTES = 1024 * 1024;

  private static final int ATTEMPTS = 5;
  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final String namespace;
  private final String configMap;
  private final String key;
  private volatile @Nullable String seenVersion;
  private volatile @Nullable ConfigMap seen;

  /**
   * @param client stays open; whoever made it closes it
   */
  public ConfigMapConfStore(KubernetesClient client, String namespace, String configMap) {
    this(client, namespace, configMap, StoreChoice.DOCUMENT);
  }

  /**
   * Keeps a document beside the main one.
   *
   * @param key the document in the ConfigMap
   */
  ConfigMapConfStore(KubernetesClient client, String namespace, String configMap, String key) {
    this.client = client;
    this.namespace = namespace;
    this.configMap = configMap;
    this.key = key;
  }

  String namespace() {
    return namespace;
  }

  /** Another document of the same ConfigMap. */
  ConfigMapConfStore beside(String other) {
    return new ConfigMapConfStore(client, namespace, configMap, other);
  }

  @Override
  public String name() {
    String map = "ConfigMap " + namespace + "/" + configMap;
    return key.equals(StoreChoice.DOCUMENT) ? map : map + ", " + key;
  }

  @Override
  public StoredConf read() throws IOException {
    StoredConf stored = stored(get());
    seenVersion = stored.version();
    return stored;
  }

  @Override
  public synchronized StoredConf write(String expectedVersion, byte[] bytes) throws IOException {
    StoredConf wanted = new StoredConf(new StoredConf("", bytes).hash(), bytes);
    String text = text(bytes);
    int refused = HttpURLConnection.HTTP_CONFLICT;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      ConfigMap map = get();
      String version = stored(map).version();
      // An answer that got lost on its way makes the client ask again, and then we meet ourselves.
      boolean isOurs = attempt > 0 && version.equals(wanted.version());
      if (!isOurs && !version.equals(expectedVersion)) {
        throw new ConfConflictException(name() + " was changed by somebody else");
      }
      if (map == null) {
        throw new IOException(name() + " is not there; make it with kubectl and try again");
      }
      refused = isOurs ? 0 : replace(map, text);
      if (refused == 0) {
        seenVersion = wanted.version();
        return wanted;
      }
    }
    throw new IOException(
        refused == HttpURLConnection.HTTP_CONFLICT
            ? name() + " changes all the time; try again"
            : name()
                + " cannot be written: it is there when it is read, and 404 when it is updated");
  }

  /** Answers 0, or what it was refused with where it has changed since {@code map} was read. */
  private int replace(ConfigMap map, String text) throws IOException {
    String version = map.getMetadata().getResourceVersion();
    ConfigMap changed =
        new ConfigMapBuilder(map).removeFromBinaryData(key).addToData(key, text).build();
    try {
      ConfigMap written = client.resource(changed).lockResourceVersion(version).update();
      NoAnswer.requireObject(name() + " cannot be written: ", "ConfigMap", written);
      seen = written;
      return 0;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return e.getCode();
      }
      throw clear("written", "update", e);
    }
  }

  /** Null where there is none. */
  private @Nullable ConfigMap get() throws IOException {
    try {
      ConfigMap map = resource().get();
      NoAnswer.requireObject(name() + " cannot be read: ", "ConfigMap", map);
      seen = map == null ? seen : map;
      return map;
    } catch (KubernetesClientException e) {
      throw clear("read", "get", e);
    }
  }

  Resource<ConfigMap> resource() {
    return client.configMaps().inNamespace(namespace).withName(configMap);
  }

  /** The document in {@code map}; its version is its content, whatever else changes around it. */
  StoredConf stored(@Nullable ConfigMap map) {
    if (map == null) {
      return new StoredConf(ABSENT, new byte[0]);
    }
    Map<String, String> data = map.getData();
    Map<String, String> binary = map.getBinaryData();
    byte[] bytes;
    if (data != null && data.get(key) != null) {
      bytes = data.get(key).getBytes(StandardCharsets.UTF_8);
    } else if (binary != null && binary.get(key) != null) {
      // kubectl puts here what is not UTF-8; the parser says so with line and column.
      bytes = Base64.getDecoder().decode(binary.get(key));
    } else {
      return stored(null);
    }
    return new StoredConf(new StoredConf("", bytes).hash(), bytes);
  }

  private String text(byte[] bytes) throws IOException {
    if (bytes.length > MAX_BYTES) {
      throw new IOException(
          name() + " takes " + MAX_BYTES + " bytes at most, and this are " + bytes.length);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException(name() + " takes text in UTF-8 only", e);
    }
  }

  /** The same failure in words that say what to do. */
  private IOException clear(String what, String verb, KubernetesClientException e) {
    String start = name() + " cannot be " + what + ": ";
    if (e.getStatus() == null) {
      return NoAnswer.of(start, e);
    }
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN ->
          new IOException(start + "the service account needs the right to " + verb + " it", e);
      case UNPROCESSABLE, HttpURLConnection.HTTP_ENTITY_TOO_LARGE ->
          new IOException(start + "the API server refuses it: " + e.getMessage(), e);
      default -> new IOException(start + e.getMessage(), e);
    };
  }

  @Override
  public ConfigMapWatch watch(Consumer<StoredConf> listener) {
    return new ConfigMapWatch(this, resource(), listener, seenVersion);
  }

  /** The ConfigMap as Events name it. */
  ObjectReference reference() {
    ConfigMap map = seen;
    ObjectReferenceBuilder reference =
        new ObjectReferenceBuilder()
            .withApiVersion("v1")
            .withKind("ConfigMap")
            .withNamespace(namespace)
            .withName(configMap);
    return map == null
        ? reference.build()
        : reference
            .withUid(map.getMetadata().getUid())
            .withResourceVersion(map.getMetadata().getResourceVersion())
            .build();
  }
}
