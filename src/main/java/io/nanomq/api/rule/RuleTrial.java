package io.nanomq.api.rule;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.nanomq.api.json.ApiException;
import io.nanomq.rule.QueryTrial;
import io.nanomq.rule.query.EvaluationException;
import io.nanomq.rule.query.Query;
import io.nanomq.rule.query.QueryException;
import io.nanomq.rule.query.RuleMessage;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A query and a message to try it with.
 *
 * @param rawsql the query
 * @param topic topic of results, with placeholders; unset = none is asked for
 */
public record RuleTrial(String rawsql, Sample message, @Nullable String topic) {

  /** A message. */
  public record Sample(
      String topic,
      @Nullable String payload,
      int qos,
      int id,
      @Nullable String clientid,
      @Nullable String username,
      @Nullable Long timestamp) {

    public Sample {
      if (qos < 0 || qos > 2) {
        throw ApiException.wrongField("message.qos");
      }
    }

    RuleMessage message(long nowSeconds) {
      byte[] bytes = (payload == null ? "" : payload).getBytes(StandardCharsets.UTF_8);
      long time = timestamp == null ? nowSeconds : timestamp;
      return new RuleMessage(topic, bytes, qos, id, clientid, username, time);
    }
  }

  /**
   * What comes of it.
   *
   * @param matched whether a filter matches
   * @param passed whether the condition is true
   * @param result the row; null where nothing passes
   * @param topic where it would go; null where that was not asked for
   */
  public record Outcome(
      boolean matched,
      boolean passed,
      @JsonRawValue @Nullable String result,
      @Nullable String topic) {}

  Outcome run(long nowSeconds, int maxLevels) {
    try {
      QueryTrial.Result result =
          QueryTrial.run(Query.parse(rawsql), message.message(nowSeconds), topic, maxLevels);
      return new Outcome(result.matched(), result.passed(), result.json(), result.topic());
    } catch (QueryException e) {
      throw ApiException.badParameter(
          "The field rawsql is no query: at character " + e.column() + ", " + e.reason());
    } catch (EvaluationException e) {
      throw ApiException.badParameter("The rule fails for this message: " + e.getMessage());
    }
  }
}
