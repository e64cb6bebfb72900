package io.nanomq.api.publish;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /mqtt/unsubscribe} takes.
 *
 * @param topic one filter
 * @param topics several
 * @param clientid on behalf of whom
 */
public record UnsubscribeRequest(
    @Nullable String topic, @Nullable TopicList topics, String clientid) {

  List<String> filters() {
    return TopicList.all(topic, topics);
  }
}
