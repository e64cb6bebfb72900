package io.nanomq.config.key;

import org.jspecify.annotations.Nullable;

/**
 * One row of the table of keys. Names hold {@code <n>} where a number from 1 stands, {@code <name>}
 * where any name stands, and end in {@code **} where a whole section is taken as it is.
 *
 * @param id the HOCON path, or the key=value name where HOCON has none; unique
 * @param names where it may be set
 * @param type what the value may be
 * @param defaultText the value when nothing is configured, as key=value writes it; null where unset
 * @param effect what it takes for a change to apply
 * @param support whether this version does what the key says
 * @param secret whether the value is kept out of messages and answers
 * @param placeOf section whose values are sent where this one says; empty where it says no such
 *     thing
 * @param description what it does, one line
 */
public record ConfKey(
    String id,
    Names names,
    ConfType type,
    @Nullable String defaultText,
    Effect effect,
    Support support,
    boolean secret,
    String placeOf,
    String description) {

  /**
   * Names of a key, each empty where there is none.
   *
   * @param keyValue name in key=value files
   * @param hocon path in HOCON files
   * @param environment environment variable
   * @param options command line options, such as {@code -p, --port}
   */
  public record Names(String keyValue, String hocon, String environment, String options) {}

  public String keyValue() {
    return names.keyValue();
  }

  public String hocon() {
    return names.hocon();
  }

  public String environment() {
    return names.environment();
  }

  public String options() {
    return names.options();
  }

  /** Whether this version does what the key says. */
  public boolean inEffect() {
    return support == Support.IN_EFFECT;
  }

  /** {@link Effect#NONE} where this version does not act on the key. */
  @Override
  public Effect effect() {
    return inEffect() ? effect : Effect.NONE;
  }

  /** Whether the key stands for many: users, headers, subscriptions. */
  public boolean isIndexed() {
    return isIndexed(id);
  }

  static boolean isIndexed(String name) {
    return name.indexOf('<') >= 0 || name.endsWith("**");
  }
}
