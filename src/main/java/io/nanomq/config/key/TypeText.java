package io.nanomq.config.key;

import io.nanomq.config.key.value.Transport;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Types as the table of keys writes them: {@code bool}, {@code integer 1..100}, {@code seconds
 * 0s..1h} (a duration whose plain numbers are seconds), {@code count s 1..9} (a whole number that
 * some write with a unit), {@code size 1KB..64GB}, {@code words on off}. Behind a size stands what
 * plain numbers count where that is not bytes: {@code KB}, or {@code KB/B} where key=value files
 * count otherwise than HOCON.
 */
final class TypeText {
  private static final Map<String, ConfType> NAMED =
      Map.ofEntries(
          Map.entry("bool", ConfType.BOOL),
          Map.entry("text", new ConfType.Text("text")),
          Map.entry("path", new ConfType.Text("path of a file")),
          Map.entry("folder", new ConfType.Text("path of a folder")),
          Map.entry("list", ConfType.LIST),
          Map.entry("origins", new ConfType.TextList(ListElement.ORIGIN)),
          Map.entry("networks", new ConfType.TextList(ListElement.NETWORK)),
          Map.entry("log_outputs", new ConfType.TextList(ListElement.LOG_OUTPUT)),
          Map.entry("log_file", FormedText.fileName("log")),
          Map.entry("user_file", FormedText.fileName("conf")),
          Map.entry("mount_point", FormedText.mountPoint()),
          Map.entry("client_id_prefix", FormedText.clientIdPrefix()),
          Map.entry("who", FormedText.who()),
          Map.entry("filters", new ConfType.TextList(ListElement.FILTER)),
          Map.entry("peers", new ConfType.Peers()),
          Map.entry("urls", ConfType.URLS),
          Map.entry("section", ConfType.SECTION),
          Map.entry("topic", ConfType.TOPIC),
          Map.entry("rule", ConfType.RULE));

  private TypeText() {}

  /**
   * @throws RuntimeException where there is no such type
   */
  static ConfType parse(String text) {
    ConfType named = NAMED.get(text);
    if (named != null) {
      return named;
    }
    List<String> words = Arrays.asList(text.split(" "));
    List<String> rest = words.subList(1, words.size());
    return switch (words.get(0)) {
      case "words" -> new ConfType.Words(List.copyOf(rest));
      case "url" ->
          new ConfType.Url(rest.stream().map(scheme -> scheme.equals("-") ? "" : scheme).toList());
      case "bind" -> new ConfType.Bind(Transport.valueOf(rest.get(0).toUpperCase(Locale.ROOT)));
      case "integer" -> integer(rest, "");
      case "count" -> integer(rest, rest.get(0));
      case "decimal" ->
          new ConfType.Decimal(
              Double.parseDouble(least(rest.get(0))), Double.parseDouble(most(rest.get(0))));
      case "millis" -> duration(1, rest.get(0));
      case "seconds" -> duration(Quantity.SECOND, rest.get(0));
      case "size" -> size(rest.get(0), rest.size() == 1 ? "" : rest.get(1));
      default -> throw new IllegalArgumentException("no type " + text);
    };
  }

  private static String least(String range) {
    return range.substring(0, range.indexOf(".."));
  }

  private static String most(String range) {
    return range.substring(range.indexOf("..") + 2);
  }

  /** {@code 1..100}, or {@code 0 or 1..100}. */
  private static ConfType integer(List<String> words, String unit) {
    String range = words.get(words.size() - 1);
    return new ConfType.Int(
        Long.parseLong(least(range)), Long.parseLong(most(range)), words.get(0).equals("0"), unit);
  }

  private static ConfType duration(long plainUnit, String range) {
    return new ConfType.Duration(
        plainUnit, Quantity.millis(least(range), 1), Quantity.millis(most(range), 1));
  }

  private static ConfType size(String range, String units) {
    return new ConfType.Size(
        units.isEmpty() ? 1 : Quantity.KIB,
        units.equals("KB") ? Quantity.KIB : 1,
        Quantity.bytes(least(range), 1),
        Quantity.bytes(most(range), 1));
  }
}
