package io.nanomq.api.configuration;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What a request wants of a bridge. NanoMQ puts it under {@code data} or under the bridge's name;
 * both are taken, and neither has to be there.
 *
 * @param members as sent
 */
@Schema(type = SchemaType.OBJECT)
public record BridgeEdit(Map<String, Object> members) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public BridgeEdit {
    members = members == null ? Map.of() : members;
  }

  /** What stands under {@code data}, else all. */
  Map<String, ?> data() {
    return members.get("data") instanceof Map<?, ?> data ? texts(data) : members;
  }

  /** The bridge of that name. */
  Map<String, ?> node(String name) {
    Map<String, ?> node = data();
    return node.get(name) instanceof Map<?, ?> named && node.size() == 1 ? texts(named) : node;
  }

  @SuppressWarnings("unchecked") // Objects of JSON have no other keys.
  private static Map<String, ?> texts(Map<?, ?> object) {
    return (Map<String, ?>) object;
  }
}
