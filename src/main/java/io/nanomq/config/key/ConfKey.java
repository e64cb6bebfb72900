package io.nanomq.config.key;

import java.util.Locale;
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

  /** A key of both formats; its environment variable follows from its key=value name. */
  static ConfKey of(
      String keyValue,
      String hocon,
      ConfType type,
      @Nullable String defaultText,
      Effect effect,
      String description) {
    String id = hocon.isEmpty() ? keyValue : hocon;
    String name = keyValue.isEmpty() ? hocon : keyValue;
    var names = new Names(keyValue, hocon, isIndexed(name) ? "" : variable(name), "");
    return new ConfKey(id, names, type, defaultText, effect, Support.IN_EFFECT, false, description);
  }

  /** One that has the same name in both formats. */
  static ConfKey of(
      String name, ConfType type, @Nullable String defaultText, Effect effect, String description) {
    return of(name, name, type, defaultText, effect, description);
  }

  ConfKey env(String variable) {
    return with(new Names(keyValue(), hocon(), variable, options()));
  }

  ConfKey option(String commandLineOptions) {
    return with(new Names(keyValue(), hocon(), environment(), commandLineOptions));
  }

  private ConfKey with(Names other) {
    return new ConfKey(id, other, type, defaultText, effect, support, secret, description);
  }

  /** Accepted and reported; harmless without. */
  ConfKey later() {
    return with(Support.IGNORED, secret);
  }

  /** Accepted and reported; of something that is not part of this broker. */
  ConfKey foreign() {
    return with(Support.FOREIGN, secret);
  }

  /** Restricts, so that a document which needs it is an error: see {@code EffectCheck}. */
  ConfKey refused() {
    return with(Support.REFUSED, secret);
  }

  ConfKey asSecret() {
    return with(support, true);
  }

  private ConfKey with(Support other, boolean hidden) {
    return new ConfKey(id, names, type, defaultText, effect, other, hidden, description);
  }

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

  private static boolean isIndexed(String name) {
    return name.indexOf('<') >= 0 || name.endsWith("**");
  }

  private static String variable(String name) {
    return "NANOMQ_" + name.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}
