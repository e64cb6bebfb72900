package io.nanomq.api.publish;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.nanomq.api.json.ApiException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Several topics: an array, or one string with commas as in the reference. */
@Schema(type = SchemaType.ARRAY, implementation = String.class)
public record TopicList(List<String> names) {
  private static final int MAX = 1000;

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static TopicList of(List<@Nullable String> names) {
    if (names.contains(null)) {
      throw ApiException.wrongField("topics");
    }
    return new TopicList(List.copyOf(names));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static TopicList of(String names) {
    return new TopicList(List.of(names.split(",", -1)));
  }

  /**
   * What {@code topic} and {@code topics} name together.
   *
   * @throws ApiException 400/107 where that is nothing, 400/108 where it is more than {@value #MAX}
   */
  static List<String> all(@Nullable String topic, @Nullable TopicList topics) {
    List<String> all = new ArrayList<>(topic == null ? List.of() : List.of(topic));
    all.addAll(topics == null ? List.of() : topics.names);
    if (all.isEmpty()) {
      throw ApiException.missing("topic");
    }
    if (all.size() > MAX) {
      throw ApiException.badParameter("More than " + MAX + " topics");
    }
    return all;
  }
}
