package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A folder of manifests as {@code kubectl apply -k} makes it, as far as ours ask for it: resources,
 * patches of RFC 6902 with a target, and objects that are left out. What it does not know fails.
 */
final class Kustomization {
  private static final Set<String> KEYS =
      Set.of("apiVersion", "kind", "resources", "patches", "images");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<ObjectNode> objects = new ArrayList<>();

  /** The objects that a folder makes. */
  static List<ObjectNode> build(Path folder) throws IOException {
    Kustomization all = new Kustomization();
    all.read(folder);
    return all.objects;
  }

  private void read(Path folder) throws IOException {
    JsonNode said = one(Files.readString(folder.resolve("kustomization.yaml")));
    assertThat(KEYS).as("what is known of " + folder).containsAll(names(said));
    for (JsonNode resource : said.path("resources")) {
      Path path = folder.resolve(resource.textValue());
      if (Files.isDirectory(path)) {
        read(path);
      } else {
        addAll(Manifests.YAML.unmarshal(Files.readString(path)));
      }
    }
    for (JsonNode patch : said.path("patches")) {
      patch(folder, patch);
    }
  }

  private void addAll(Object read) {
    if (read instanceof Collection<?> documents) {
      documents.forEach(this::addAll);
      return;
    }
    objects.add(JSON.valueToTree(read));
  }

  private void patch(Path folder, JsonNode patch) {
    assertThat(Set.of("target", "patch")).containsAll(names(patch));
    if (patch.has("target")) {
      int at = find(folder, patch.path("target"), patch.path("target").path("name"));
      JsonNode operations = JSON.valueToTree(Manifests.YAML.unmarshal(text(patch), List.class));
      objects.set(at, (ObjectNode) JsonPatch.apply(operations, objects.get(at)));
      return;
    }
    JsonNode leftOut = one(text(patch));
    assertThat(leftOut.path("$patch").asText()).as(folder.toString()).isEqualTo("delete");
    objects.remove(find(folder, leftOut, leftOut.path("metadata").path("name")));
  }

  private static String text(JsonNode patch) {
    return patch.path("patch").textValue();
  }

  private int find(Path folder, JsonNode kind, JsonNode name) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      ObjectNode object = objects.get(i);
      if (object.path("kind").equals(kind.path("kind"))
          && object.path("metadata").path("name").equals(name)) {
        found.add(i);
      }
    }
    assertThat(found).as("%s: objects that are %s %s", folder, kind, name).hasSize(1);
    return found.get(0);
  }

  private JsonNode one(String text) {
    return JSON.valueToTree(Manifests.YAML.unmarshal(text, Map.class));
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
