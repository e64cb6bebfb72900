package io.nanomq.rule;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.rule.query.EvaluationException;
import io.nanomq.rule.query.Row;
import java.util.function.IntSupplier;

/**
 * Publishes results here, as JSON, with the QoS of the message. Immutable.
 *
 * @param prefix of the broker's own, put in front of each topic
 * @param maxLevels levels that a topic may have, now
 */
record Republish(String prefix, TopicTemplate topic, IntSupplier maxLevels) implements RuleAction {
  /** Bytes of one result. */
  static final int MAX_BYTES = 1024 * 1024;

  private static final byte[] NO_PROPERTIES = {};

  @Override
  public void take(CompiledRule rule, Row row, RuleInput input, RuleResults results)
      throws EvaluationException {
    TopicName name = TopicName.of(prefix + topic.topic(row, maxLevels.getAsInt()));
    PublishMessage found = input.message();
    PublishMessage made =
        new PublishMessage(
            name, row.json(MAX_BYTES), NO_PROPERTIES, found.qos(), false, found.expiresAtMillis());
    RuleOrigin origin = RuleOrigin.after(input.origin(), rule.id());
    if (!results.add(input.key(), new RuleResults.Result(made, origin, rule))) {
      rule.figures().countFailed("no room for the result");
    }
  }
}
