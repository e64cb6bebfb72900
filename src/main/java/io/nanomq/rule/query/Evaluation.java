package io.nanomq.rule.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.nanomq.rule.query.Expression.Alias;
import io.nanomq.rule.query.Expression.Binary;
import io.nanomq.rule.query.Expression.Call;
import io.nanomq.rule.query.Expression.Field;
import io.nanomq.rule.query.Expression.IsNull;
import io.nanomq.rule.query.Expression.Literal;
import io.nanomq.rule.query.Expression.Unary;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What queries make of one message; its payload is parsed at most once for all of them. Used by one
 * thread at a time.
 */
public final class Evaluation {
  /** Characters that the functions of one query may read and make: some ten milliseconds. */
  static final int MAX_WORK = 16 * 1024 * 1024;

  private final RuleMessage message;
  private @Nullable JsonNode payload;
  private boolean isParsed;
  private @Nullable String payloadText;
  // this query
  private @Nullable Object @Nullable [] columns;
  private boolean[] known = {};
  private long work;
  private @Nullable Query query;

  public Evaluation(RuleMessage message) {
    this.message = message;
  }

  /**
   * The row that a query makes.
   *
   * @return null = the condition is not true; what it is about may not be there
   * @throws EvaluationException where a value would be larger than one may be
   */
  public @Nullable Row row(Query asked) throws EvaluationException {
    query = asked;
    work = 0;
    columns = new Object[asked.columns().size()];
    known = new boolean[columns.length];
    Expression condition = asked.condition();
    if (condition != null && !Boolean.TRUE.equals(value(condition))) {
      return null;
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    if (asked.all()) {
      for (MessageField field : MessageField.values()) {
        values.put(field.word(), value(field));
      }
    }
    for (int i = 0; i < columns.length; i++) {
      values.put(asked.columns().get(i).name(), column(i));
    }
    return new Row(values, this);
  }

  /** A field of the message, whatever is selected, or what is in the payload; null = nothing. */
  @Nullable Object named(String name) {
    if (name.startsWith("payload.")) {
      List<PathStep> path = Arrays.stream(name.split("\\.")).skip(1).map(PathStep::member).toList();
      return Scalars.of(PathStep.walk(payload(), path));
    }
    MessageField field = MessageField.of(name);
    return field == null ? null : value(field);
  }

  private @Nullable Object value(MessageField field) {
    if (field != MessageField.PAYLOAD) {
      return field.of(message);
    }
    if (payloadText == null) {
      payloadText = message.payloadText();
    }
    return payloadText;
  }

  private @Nullable JsonNode payload() {
    if (!isParsed) {
      payload = Json.parse(message.payload());
      isParsed = true;
    }
    return payload;
  }

  private @Nullable Object column(int index) throws EvaluationException {
    @Nullable Object[] all = columns;
    if (all == null || query == null) {
      throw new IllegalStateException("no query is asked");
    }
    if (!known[index]) {
      all[index] = value(query.columns().get(index).value());
      known[index] = true;
    }
    return all[index];
  }

  private @Nullable Object value(Expression expression) throws EvaluationException {
    if (expression instanceof Literal literal) {
      return literal.value();
    } else if (expression instanceof Field field) {
      return field.path().isEmpty()
          ? value(field.field())
          : Scalars.of(PathStep.walk(payload(), field.path()));
    } else if (expression instanceof Alias alias) {
      return below(column(alias.column()), alias.path());
    } else if (expression instanceof Unary unary) {
      return unary(unary);
    } else if (expression instanceof Binary binary) {
      return binary(binary);
    } else if (expression instanceof IsNull test) {
      return (value(test.of()) == null) != test.negated();
    }
    return call((Call) expression);
  }

  private static @Nullable Object below(@Nullable Object value, List<PathStep> path) {
    if (path.isEmpty()) {
      return value;
    }
    return value instanceof JsonNode node ? Scalars.of(PathStep.walk(node, path)) : null;
  }

  /** Texts and JSON cost what they are long; nested functions go over the same ones many times. */
  private void spend(@Nullable Object value) throws EvaluationException {
    if (value instanceof String text) {
      work += text.length();
    } else if (value instanceof JsonNode) {
      work += message.payload().length;
    }
    if (work > MAX_WORK) {
      throw new EvaluationException("more than " + MAX_WORK + " characters to look at");
    }
  }

  private @Nullable Object call(Call call) throws EvaluationException {
    @Nullable Object[] arguments = new Object[call.arguments().size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = value(call.arguments().get(i));
    }
    Object result = call.function().apply(arguments);
    for (Object argument : arguments) {
      spend(argument);
    }
    spend(result);
    return result;
  }

  private @Nullable Object unary(Unary unary) throws EvaluationException {
    Object value = value(unary.of());
    if (unary.operator() == Operator.NEGATE) {
      return Scalars.negate(value);
    }
    return value instanceof Boolean is ? (Object) !is : null;
  }

  private @Nullable Object binary(Binary binary) throws EvaluationException {
    Operator operator = binary.operator();
    Object left = value(binary.left());
    // What decides alone is enough, as in SQL.
    boolean isOr = operator == Operator.OR;
    if ((isOr || operator == Operator.AND) && left instanceof Boolean is && is == isOr) {
      return is;
    }
    Object right = value(binary.right());
    return switch (operator) {
      case AND, OR -> both(isOr, left, right);
      case EQUAL -> Scalars.equal(left, right);
      case UNEQUAL -> not(Scalars.equal(left, right));
      case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
          holds(operator, Scalars.order(left, right));
      default -> Scalars.arithmetic(operator, left, right);
    };
  }

  /** Three-valued: neither is known to decide alone from the left. */
  private static @Nullable Boolean both(
      boolean isOr, @Nullable Object left, @Nullable Object right) {
    if (right instanceof Boolean is && (is == isOr || left instanceof Boolean)) {
      return is;
    }
    return null;
  }

  private static @Nullable Boolean not(@Nullable Boolean is) {
    return is == null ? null : (Boolean) !is;
  }

  private static @Nullable Boolean holds(Operator operator, @Nullable Integer order) {
    if (order == null) {
      return null;
    }
    return switch (operator) {
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      default -> order >= 0;
    };
  }
}
