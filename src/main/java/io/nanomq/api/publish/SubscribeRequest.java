package io.nanomq.api.publish;

import io.nanomq.api.json.ApiException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /mqtt/subscribe} takes.
 *
 * @param topic one filter
 * @param topics several
 * @param qos 0 to 2
 * @param clientid on behalf of whom
 */
public record SubscribeRequest(
    @Nullable String topic, @Nullable TopicList topics, int qos, String clientid) {

  public SubscribeRequest {
    if (qos < 0 || qos > 2) {
      throw ApiException.wrongField("qos");
    }
  }

  List<String> filters() {
    return TopicList.all(topic, topics);
  }
}
