package io.nanomq.config;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.JsonString;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Documents that give every key of the table a value that is not its default. What a key's row says
 * is enough for most of them; the resources have the others: lists, names, and what must fit
 * together.
 */
public final class EveryKey {
  /** One of them is right for any type that a row can tell about, and not its default. */
  private static final List<String> VALUES =
      List.of(
          "true",
          "false",
          "1",
          "2",
          "7",
          "77",
          "2.5",
          "7s",
          "7m",
          "70ms",
          "77KB",
          "77MB",
          "10.0.0.0/8",
          "https://a.example",
          "file",
          "some.log",
          "some.conf",
          "site/7/",
          "http://127.0.0.1:9/x");

  private EveryKey() {}

  public static String keyValue() throws Exception {
    return document("every-key-keyvalue.conf", Syntax.KEY_VALUE, ConfKey::keyValue, "=");
  }

  public static String hocon() throws Exception {
    return document("every-key-hocon.conf", Syntax.HOCON, ConfKey::hocon, " = ");
  }

  /** Both of them. */
  public static List<String> documents() throws Exception {
    return List.of(keyValue(), hocon());
  }

  private static String document(
      String resource, Syntax syntax, Function<ConfKey, String> name, String equals)
      throws Exception {
    String given = Confs.resource(resource);
    Set<ConfKey> known =
        Confs.unchecked(given, Map.of()).values().given().values().stream()
            .map(ConfEntry::key)
            .collect(Collectors.toSet());
    StringBuilder document = new StringBuilder(given);
    for (ConfKey key : KeyTable.get().keys()) {
      if (!name.apply(key).isEmpty() && !key.isIndexed() && !known.contains(key)) {
        String value = value(key, syntax);
        boolean isText = syntax == Syntax.HOCON && !value.matches("true|false|[0-9.]+");
        document
            .append(name.apply(key))
            .append(equals)
            .append(isText ? JsonString.quote(value) : value)
            .append('\n');
      }
    }
    return document.toString();
  }

  private static String value(ConfKey key, Syntax syntax) {
    List<String> values = new ArrayList<>();
    if (key.type() instanceof ConfType.Text) {
      values.add("/some/" + key.id());
    } else if (key.type() instanceof ConfType.Words words) {
      values.addAll(words.words());
    }
    values.addAll(VALUES);
    return values.stream().filter(value -> isAnother(key, value, syntax)).findFirst().orElse("");
  }

  private static boolean isAnother(ConfKey key, String text, Syntax syntax) {
    try {
      return !key.type().parse(text, syntax).equals(ConfValues.defaultOf(key));
    } catch (ConfValueException e) {
      return false;
    }
  }
}
