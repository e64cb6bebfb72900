package io.nanomq.config.setting;

import io.nanomq.config.key.Syntax;

/**
 * Where one value was written.
 *
 * @param layer kind of source
 * @param source file, environment variable or command line option
 * @param line line in the file from 1; 0 where there are no lines
 * @param column column of the value from 1; 0 where unknown
 * @param name the key as it was written there
 * @param syntax how its plain numbers count
 */
public record ConfOrigin(
    Layer layer, String source, int line, int column, String name, Syntax syntax) {

  public static final ConfOrigin DEFAULT =
      new ConfOrigin(Layer.DEFAULT, "default", 0, 0, "", Syntax.KEY_VALUE);

  /** {@code nanomq.conf:12:5}, or the source alone where there are no lines. */
  public String where() {
    return line == 0 ? source : source + ":" + line + (column == 0 ? "" : ":" + column);
  }
}
