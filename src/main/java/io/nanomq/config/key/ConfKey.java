package io.nanomq.config.key;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of keys. Names hold {@code <n>} where a number from 1 stands, {@code <name>}
 * where any name stands, and end in {@code **} where a whole section is taken as it is.
 *
 * @param id the HOCON path, or the key=value name where HOCON has none; unique
 * @param keyValue name in key=value files, empty where that format has none
 * @param hocon path in HOCON files, empty where that format has none
 * @param environment environment variable, empty where there is none
 * @param options command line options, such as {@code -p, --port}; empty where there is none
 * @param type what the value may be
 * @param defaultText the value when nothing is configured, as key=value writes it; null where unset
 * @param effect what it takes for a change to apply
 * @param support whether this version does what the key says
 * @param secret whether the value is kept out of messages and answers
 * @param description what it does, one line
 */
public record ConfKey(
    String id,
    String keyValue,
    String hocon,
    String environment,
    String options,
    ConfType type,
    @Nullable String defaultText,
    Effect effect,
    Support support,
    boolean secret,
    String description) {

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
    String env = isIndexed(name) ? "" : variable(name);
    return new ConfKey(
        id,
        keyValue,
        hocon,
        env,
        "",
        type,
        defaultText,
        effect,
        Support.IN_EFFECT,
        false,
        description);
  }

  ConfKey env(String variable) {
    return new ConfKey(
        id,
        keyValue,
        hocon,
        variable,
        options,
        type,
        defaultText,
        effect,
        support,
        secret,
        description);
  }

  ConfKey option(String commandLineOptions) {
    return new ConfKey(
        id,
        keyValue,
        hocon,
        environment,
        commandLineOptions,
        type,
        defaultText,
        effect,
        support,
        secret,
        description);
  }

  /** Accepted and reported; harmless without. */
  ConfKey later() {
    return with(Support.IGNORED);
  }

  /** Restricts, so that a document which needs it is an error: see {@code EffectCheck}. */
  ConfKey refused() {
    return with(Support.REFUSED);
  }

  private ConfKey with(Support other) {
    return new ConfKey(
        id,
        keyValue,
        hocon,
        environment,
        options,
        type,
        defaultText,
        effect,
        other,
        secret,
        description);
  }

  ConfKey asSecret() {
    return new ConfKey(
        id,
        keyValue,
        hocon,
        environment,
        options,
        type,
        defaultText,
        effect,
        support,
        true,
        description);
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
