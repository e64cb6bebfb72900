package io.nanomq.api.list;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.api.json.ApiException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is asked for, {@code _page} and {@code _limit}.
 *
 * @param page from 1
 * @param limit elements on a page, 1 to {@value #MAX_LIMIT}
 */
public record Page(int page, int limit) {
  public static final int MAX_LIMIT = 10_000;
  static final int DEFAULT_LIMIT = 100;
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  public static final String PAGE = "_page";
  public static final String LIMIT = "_limit";

  /**
   * Which part it is.
   *
   * @param count elements of the whole list
   */
  @JsonPropertyOrder({"page", "limit", "count"})
  public record Meta(int page, int limit, int count) {}

  /**
   * Reads the parameters; what is not given is page 1 and {@value #DEFAULT_LIMIT} elements.
   *
   * @throws ApiException 400/108
   */
  static Page parse(@Nullable String page, @Nullable String limit) {
    return new Page(
        number(PAGE, page, 1, Integer.MAX_VALUE), number(LIMIT, limit, DEFAULT_LIMIT, MAX_LIMIT));
  }

  private static int number(String name, @Nullable String value, int otherwise, int max) {
    if (value == null) {
      return otherwise;
    }
    try {
      // parseInt takes a sign and the digits of all scripts.
      int number = Integer.parseInt(DIGITS.matcher(value).matches() ? value : "");
      if (number >= 1 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Answered below like a number that is out of range.
    }
    throw ApiException.illegalParameter(name, value);
  }

  /** Elements before the page. */
  public long skip() {
    return (page - 1L) * limit;
  }

  /** What an answer says about the page. */
  public Meta meta(int count) {
    return new Meta(page, limit, count);
  }
}
