package io.nanomq.api.configuration;

import io.nanomq.api.json.ApiException;
import org.jspecify.annotations.Nullable;

/** A query parameter that is true or false. */
final class BooleanParameter {
  /** What the parameter means. */
  static final String DRY_RUN = "true: tells what would change, and writes nothing";

  private BooleanParameter() {}

  /**
   * False where the parameter is not there.
   *
   * @throws ApiException 400/108 where it is neither: a dry run that is misspelt must not write
   */
  static boolean parse(String name, @Nullable String value) {
    if (value == null || value.equals("false")) {
      return false;
    }
    if (value.equals("true")) {
      return true;
    }
    throw ApiException.illegalParameter(name, value);
  }
}
