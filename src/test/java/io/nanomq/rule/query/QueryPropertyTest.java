package io.nanomq.rule.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.rule.query.Expression.Alias;
import io.nanomq.rule.query.Expression.Binary;
import io.nanomq.rule.query.Expression.Call;
import io.nanomq.rule.query.Expression.Field;
import io.nanomq.rule.query.Expression.IsNull;
import io.nanomq.rule.query.Expression.Literal;
import io.nanomq.rule.query.Expression.Unary;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Random queries: printing and parsing undo each other, and no payload makes any of them fail. */
class QueryPropertyTest {
  private static final int QUERIES = 300;
  private static final List<String> NAMES = List.of("a", "B_1", "two words", "from", "q\"t", "é");
  private static final List<String> PAYLOADS =
      List.of(
          "",
          "{}",
          "[1,2]",
          "{\"a\":{\"a\":[{\"a\":1e308}]}}",
          "{\"a\":\"x\"",
          "\0",
          "-0",
          "1e400",
          "{\"a\":-9223372036854775808}",
          "\"\\ud800\"",
          "{\"two words\":true,\"from\":[[[]]]}");

  @RepeatedTest(10)
  void printingAndParsingUndoEachOther(RepetitionInfo info) throws QueryException {
    Random random = new Random(info.getCurrentRepetition());
    for (int i = 0; i < QUERIES; i++) {
      Query query = query(random);
      Query again = Query.parse(query.toString());
      assertThat(again).isEqualTo(query);
      assertThat(again.columns()).isEqualTo(query.columns());
      assertThat(again.condition()).isEqualTo(query.condition());
      assertThat(again.filters()).isEqualTo(query.filters());
    }
  }

  @RepeatedTest(10)
  void noPayloadMakesThemFail(RepetitionInfo info) throws Exception {
    Random random = new Random(info.getCurrentRepetition());
    for (int i = 0; i < QUERIES; i++) {
      String payload = PAYLOADS.get(random.nextInt(PAYLOADS.size()));
      RuleMessage message =
          new RuleMessage(
              "t/\u0001", payload.getBytes(UTF_8), 2, 65_535, null, "u", Long.MAX_VALUE);
      Query query = query(random);
      Row row = new Evaluation(message).row(query);
      assertThat(row == null || row.json(Json.MAX_BYTES).length > 0).isTrue();
      if (row != null) {
        assertThat(row.values().keySet()).containsExactlyElementsOf(query.names());
      }
    }
  }

  private static Query query(Random random) {
    List<Query.Column> columns = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      columns.add(new Query.Column(expression(random, 4, List.of()), NAMES.get(i)));
    }
    boolean hasCondition = random.nextInt(4) > 0;
    return new Query(
        columns.isEmpty() || random.nextBoolean(),
        columns,
        List.of("a/+/#", "é\"'"),
        hasCondition ? expression(random, 5, columns) : null);
  }

  private static Expression expression(Random random, int depth, List<Query.Column> columns) {
    int kind = random.nextInt(depth == 0 ? 3 : 8);
    return switch (kind) {
      case 0 -> new Literal(literal(random));
      case 1 -> field(random);
      case 2 -> alias(random, columns);
      case 3 ->
          new Unary(
              random.nextBoolean() ? Operator.NOT : Operator.NEGATE,
              expression(random, depth - 1, columns));
      case 4 -> new IsNull(expression(random, depth - 1, columns), random.nextBoolean());
      case 5 -> call(random, depth, columns);
      default ->
          new Binary(
              operator(random),
              expression(random, depth - 1, columns),
              expression(random, depth - 1, columns));
    };
  }

  private static Object literal(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextBoolean();
      case 1 -> random.nextLong() & Long.MAX_VALUE;
      case 2 -> Math.abs(random.nextGaussian()) * Math.pow(10, random.nextInt(600) - 300);
      case 3 -> "it's \"q\" \0 é";
      case 4 -> (long) random.nextInt(3);
      default -> null;
    };
  }

  private static Expression field(Random random) {
    MessageField field = MessageField.values()[random.nextInt(MessageField.values().length)];
    return new Field(field, field == MessageField.PAYLOAD ? path(random) : List.of());
  }

  private static List<PathStep> path(Random random) {
    List<PathStep> path = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      path.add(
          random.nextBoolean()
              ? PathStep.element(random.nextInt(3))
              : PathStep.member(NAMES.get(random.nextInt(NAMES.size()))));
    }
    return path;
  }

  private static Expression alias(Random random, List<Query.Column> columns) {
    if (columns.isEmpty()) {
      return field(random);
    }
    int column = random.nextInt(columns.size());
    return new Alias(column, columns.get(column).name(), path(random));
  }

  private static Operator operator(Random random) {
    Operator operator = Operator.values()[random.nextInt(Operator.values().length)];
    return operator == Operator.NOT || operator == Operator.NEGATE ? Operator.AND : operator;
  }

  private static Expression call(Random random, int depth, List<Query.Column> columns) {
    Function function = Function.values()[random.nextInt(Function.values().length)];
    List<Expression> arguments = new ArrayList<>();
    do {
      arguments.add(expression(random, depth - 1, columns));
    } while (!function.takes(arguments.size()));
    return new Call(function, arguments);
  }
}
