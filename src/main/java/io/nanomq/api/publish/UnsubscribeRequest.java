package io.nanomq.api.publish;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /mqtt/unsubscribe} takes.
 *
 * @param topic one filter
 * @param topics several
 * @param qos as the examples of NanoMQ and EMQX have it; not looked at
 * @param clientid on behalf of whom
 */
public record UnsubscribeRequest(
    @Nullable String topic, @Nullable TopicList topics, @Nullable Integer qos, String clientid) {

  List<String> filters() {
    return TopicList.all(topic, topics);
  }
}
