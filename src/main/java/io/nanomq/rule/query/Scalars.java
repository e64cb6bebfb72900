package io.nanomq.rule.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic and order of values. What has no result, such as a division by zero, or is no number
 * that JSON can write, is null; whole numbers that grow too large go on as floating point.
 */
final class Scalars {
  /** Longest text that is taken for a number. */
  private static final int MAX_NUMBER_LENGTH = 64;

  private static final double MAX_LONG = 0x1p63;

  private Scalars() {}

  static @Nullable Object arithmetic(
      Operator operator, @Nullable Object left, @Nullable Object right) {
    Number a = number(left);
    Number b = number(right);
    if (a == null || b == null) {
      return null;
    }
    return switch (operator) {
      case PLUS -> apply(a, b, Math::addExact, Double::sum);
      case MINUS -> apply(a, b, Math::subtractExact, (x, y) -> x - y);
      case TIMES -> apply(a, b, Math::multiplyExact, (x, y) -> x * y);
      case DIVIDE -> divide(a, b);
      case DIV -> whole(a, b, (x, y) -> x / y);
      case MODULO -> whole(a, b, (x, y) -> x % y);
      default -> throw new IllegalArgumentException(operator.sign());
    };
  }

  private static @Nullable Object apply(
      Number a, Number b, LongBinaryOperator whole, DoubleBinaryOperator floating) {
    if (a instanceof Long x && b instanceof Long y) {
      try {
        return whole.applyAsLong(x, y);
      } catch (ArithmeticException tooLarge) {
        return finite(floating.applyAsDouble(x, y));
      }
    }
    return finite(floating.applyAsDouble(a.doubleValue(), b.doubleValue()));
  }

  private static @Nullable Object divide(Number a, Number b) {
    if (a instanceof Long x && b instanceof Long y && y != 0 && x % y == 0 && y != -1) {
      return x / y;
    }
    return finite(a.doubleValue() / b.doubleValue());
  }

  private static @Nullable Object whole(Number a, Number b, LongBinaryOperator operation) {
    Long x = toLong(a);
    Long y = toLong(b);
    // The least number by -1 is more than the largest one.
    return x == null || y == null || y == 0 || y == -1 && x == Long.MIN_VALUE
        ? null
        : (Object) operation.applyAsLong(x, y);
  }

  static @Nullable Object negate(@Nullable Object value) {
    return arithmetic(Operator.MINUS, 0L, value);
  }

  /** NaN and infinity are no numbers of JSON. */
  static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** Towards zero; null where it is no number or has no room. */
  static @Nullable Long toLong(@Nullable Object value) {
    Number number = number(value);
    if (number instanceof Long whole) {
      return whole;
    }
    return number == null || Math.abs(number.doubleValue()) >= MAX_LONG
        ? null
        : (Long) (long) number.doubleValue();
  }

  /** A number, or a text that is one; null = neither. */
  static @Nullable Number number(@Nullable Object value) {
    if (value instanceof Number number) {
      return number;
    }
    if (!(value instanceof String text) || !looksLikeNumber(text)) {
      return null;
    }
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException notWhole) {
      return floating(text);
    }
  }

  private static @Nullable Double floating(String text) {
    try {
      return finite(Double.parseDouble(text));
    } catch (NumberFormatException none) {
      return null;
    }
  }

  /** Java takes more for a number than others: 1d, 0x1p3, NaN, and what has blanks around it. */
  private static boolean looksLikeNumber(String text) {
    if (text.isEmpty() || text.length() > MAX_NUMBER_LENGTH) {
      return false;
    }
    return text.chars().allMatch(c -> c >= '0' && c <= '9' || "+-.eE".indexOf(c) >= 0);
  }

  /**
   * Whether two are the same; a number and a text that is one are compared as numbers, anything
   * else of different kinds differs. Null = one of them is null, so nobody knows.
   */
  static @Nullable Boolean equal(@Nullable Object left, @Nullable Object right) {
    if (left == null || right == null) {
      return null;
    }
    if (left instanceof Number || right instanceof Number) {
      Number a = number(left);
      Number b = number(right);
      return a != null && b != null && compare(a, b) == 0;
    }
    return left.equals(right);
  }

  /** Less than, equal to or greater than 0; null = there is no order between them. */
  static @Nullable Integer order(@Nullable Object left, @Nullable Object right) {
    if (left instanceof String a && right instanceof String b) {
      return a.compareTo(b);
    }
    if (left instanceof Number || right instanceof Number) {
      Number a = number(left);
      Number b = number(right);
      return a == null || b == null ? null : (Integer) compare(a, b);
    }
    return null;
  }

  /** As numbers are, also where floating point cannot tell neighbours apart. */
  private static int compare(Number a, Number b) {
    if (a instanceof Long x && b instanceof Long y) {
      return Long.compare(x, y);
    }
    if (a instanceof Long x) {
      return -compareToWhole(b.doubleValue(), x);
    }
    return b instanceof Long y
        ? compareToWhole(a.doubleValue(), y)
        : Double.compare(a.doubleValue() + 0.0, b.doubleValue() + 0.0);
  }

  private static int compareToWhole(double a, long b) {
    if (a >= MAX_LONG || a < -MAX_LONG) {
      return a > 0 ? 1 : -1;
    }
    int whole = Long.compare((long) a, b);
    return whole != 0 ? whole : Double.compare(a - (long) a + 0.0, 0.0);
  }

  /** What JSON says, as a value. */
  static @Nullable Object of(@Nullable JsonNode node) {
    if (node == null || node.isNull() || node.isMissingNode()) {
      return null;
    }
    if (node.isTextual()) {
      return node.textValue();
    } else if (node.isBoolean()) {
      return node.booleanValue();
    } else if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    } else if (node.isNumber()) {
      return finite(node.doubleValue());
    }
    return node;
  }
}
