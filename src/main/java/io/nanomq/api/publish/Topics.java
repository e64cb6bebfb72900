package io.nanomq.api.publish;

import io.nanomq.api.json.ApiException;
import io.nanomq.codec.MessageProperties;
import io.nanomq.codec.TopicRules;
import io.nanomq.config.model.MqttConf;
import java.nio.charset.StandardCharsets;

/** What topic names and filters a request may name; the same as a client may. */
public final class Topics {
  private static final int MAX_BYTES = 0xFFFF;

  private Topics() {}

  /**
   * Checks a topic that is looked up.
   *
   * @throws ApiException 400/115 where no message can have it
   */
  public static void checkName(String topic, MqttConf conf) {
    boolean legal =
        isText(topic)
            && topic.indexOf('+') < 0
            && topic.indexOf('#') < 0
            && TopicRules.levels(topic) <= conf.client().maxTopicLevels();
    if (!legal) {
      throw ApiException.illegalTopic(topic);
    }
  }

  /**
   * Checks a topic that is published to: {@code $SYS/} is the broker's own.
   *
   * @throws ApiException 400/115
   */
  static void checkPublish(String topic, MqttConf conf) {
    checkName(topic, conf);
    if (TopicRules.isBrokersOwn(topic)) {
      throw ApiException.illegalTopic(topic);
    }
  }

  /**
   * Checks a filter, share prefix included.
   *
   * @throws ApiException 400/115
   */
  public static void checkFilter(String filter, MqttConf conf) {
    if (!isText(filter) || !TopicRules.isSubscribable(filter, conf.client().maxTopicLevels())) {
      throw ApiException.illegalTopic(filter);
    }
  }

  private static boolean isText(String text) {
    return !text.isEmpty()
        && MessageProperties.isMqttText(text)
        && text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }
}
