package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Manifests of Kubernetes as Fabric8's models; a field that they do not know fails. */
final class Manifests {
  static final Path FOLDER = Path.of("k8s");

  /**
   * One for all: each learns its kinds anew, which takes longer than all else that is done here.
   */
  static final KubernetesSerialization YAML = new KubernetesSerialization();

  private final List<HasMetadata> all = new ArrayList<>();

  /** What kustomization.yaml of k8s/ lists. */
  static Manifests read() throws IOException {
    Manifests all = new Manifests();
    for (String file : all.files()) {
      all.add(FOLDER.resolve(file));
    }
    return all;
  }

  /** What one file has. */
  static Manifests read(Path file) throws IOException {
    Manifests all = new Manifests();
    all.add(file);
    return all;
  }

  /** What an overlay makes. */
  static Manifests build(Path folder) throws IOException {
    Manifests all = new Manifests();
    for (ObjectNode object : Kustomization.build(folder)) {
      all.add(folder.toString(), YAML.unmarshal(object.toString()));
    }
    return all;
  }

  private void add(Path file) throws IOException {
    add(file.toString(), YAML.unmarshal(Files.readString(file)));
  }

  @SuppressWarnings("unchecked")
  private List<String> files() throws IOException {
    Map<String, Object> kustomization =
        YAML.unmarshal(Files.readString(FOLDER.resolve("kustomization.yaml")), Map.class);
    assertThat(kustomization.keySet())
        .containsExactlyInAnyOrder("apiVersion", "kind", "resources", "images");
    return (List<String>) kustomization.get("resources");
  }

  private void add(String file, Object read) {
    if (read instanceof Collection<?> documents) {
      documents.forEach(document -> add(file, document));
      return;
    }
    if (read instanceof GenericKubernetesResource custom) {
      all.add(custom); // of a kind that only some clusters have
      return;
    }
    requireKnownFields(file + ": " + read.getClass().getSimpleName(), read);
    all.add((HasMetadata) read);
  }

  List<HasMetadata> all() {
    return all;
  }

  /** The only one of its kind. */
  <T extends HasMetadata> T one(Class<T> kind) {
    List<T> found = all(kind);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  <T extends HasMetadata> List<T> all(Class<T> kind) {
    return all.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  // Fabric8's models keep fields that they do not know beside those that they do.
  private static void requireKnownFields(String where, Object value) {
    if (value instanceof Collection<?> list) {
      list.forEach(element -> requireKnownFields(where, element));
      return;
    }
    if (value == null || !value.getClass().getPackageName().startsWith("io.fabric8.")) {
      return;
    }
    for (Method method : value.getClass().getMethods()) {
      boolean isGetter = method.getName().startsWith("get") && method.getParameterCount() == 0;
      if (!isGetter) {
        continue;
      }
      String name = where + "." + method.getName().substring(3);
      Object field = call(method, value);
      if (method.getName().equals("getAdditionalProperties")) {
        assertThat((Map<?, ?>) field).as(name).isEmpty();
      } else {
        requireKnownFields(name, field);
      }
    }
  }

  private static Object call(Method method, Object value) {
    try {
      return method.invoke(value);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }
}
