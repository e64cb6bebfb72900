package io.nanomq.rule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.rule.query.Evaluation;
import io.nanomq.rule.query.EvaluationException;
import io.nanomq.rule.query.Query;
import io.nanomq.rule.query.Row;
import io.nanomq.rule.query.RuleMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics of results, and what values cannot make of them. */
class TopicTemplateTest {
  private static Row row(String payload) throws Exception {
    var message = new RuleMessage("in/t", payload.getBytes(UTF_8), 1, 0, "c/1", null, 5);
    Row row = new Evaluation(message).row(Query.parse("SELECT payload.v AS v, qos FROM 'in/t'"));
    assertThat(row).isNotNull();
    return row;
  }

  private static String topic(String template, String payload) throws Exception {
    return TopicTemplate.parse(template).topic(row(payload), 8);
  }

  @ParameterizedTest
  @CsvSource({
    "out,out",
    "out/${v}/x,out/a/x",
    "${topic},in/t",
    "${clientid}/${qos}/${payload.w.z},c/1/1/7",
    "$own/${v},$own/a",
    "out/${v,out/${v",
    "out/$v}/{v},out/$v}/{v}",
  })
  void namesStandForValues(String template, String topic) throws Exception {
    assertThat(topic(template, "{\"v\":\"a\",\"w\":{\"z\":7}}")).isEqualTo(topic);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+",
        "#",
        "a/#",
        "x+y",
        "\\u0000",
        "\\ud800",
        "$SYS/brokers",
        "$share/g/t",
        "$nanomq/rule/1/t",
        "",
        "/1/2/3/4/5/6/7/8"
      })
  void valuesMakeNothingOfTheBrokersOwn(String value) {
    assertThatThrownBy(() -> topic("${v}", "{\"v\":\"" + value + "\"}"))
        .isInstanceOf(EvaluationException.class);
  }

  @Test
  void valuesCannotFinishWhatTheTemplateBegins() {
    assertThatThrownBy(() -> topic("$S${v}", "{\"v\":\"YS/a\"}"))
        .isInstanceOf(EvaluationException.class);
    assertThatThrownBy(() -> topic("a/${v}", "{\"v\":\"" + "x".repeat(70_000) + "\"}"))
        .isInstanceOf(EvaluationException.class);
    assertThatThrownBy(() -> topic("a/${v}", "{}"))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("no value for v");
  }
}
