package io.nanomq.config.key;

import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.key.value.ListenerAddress;
import io.nanomq.config.key.value.Network;
import io.nanomq.config.key.value.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a key's value may be. A type turns text into one of {@link Boolean}, {@link Long}, {@link
 * Double}, {@link String} or a list of strings, or says what would be right.
 */
public sealed interface ConfType
    permits ConfType.Bool,
        ConfType.Int,
        ConfType.Decimal,
        ConfType.Size,
        ConfType.Duration,
        ConfType.Text,
        ConfType.TextList,
        ConfType.Rule,
        ConfType.Peers,
        ConfType.Words,
        ConfType.Url,
        ConfType.Bind,
        ConfType.ListenerUrls,
        FormedText {

  ConfType BOOL = new Bool();
  ConfType LIST = new TextList(ListElement.TEXT);

  /** MQTT listeners of any kind, as {@code url} names them. */
  ConfType URLS = new ListenerUrls();

  /** A whole section whose inside is accepted as it is, because nothing here reads it yet. */
  ConfType SECTION = new Text("section");

  /** A topic whose every {@code ${name}} stands for something of a message, and no secret. */
  ConfType TOPIC = new Text("a topic, with ${name} for what a message has");

  /** An access rule, as key=value writes it. */
  ConfType RULE = new Rule();

  /** Text, as it stands after secrets were resolved, to a value. */
  Object parse(String text, Syntax syntax) throws ConfValueException;

  /** What would be right, for messages and for the page of keys. */
  String describe(Syntax syntax);

  /**
   * Whether {@code ${clientid}} and {@code ${username}} in it stand for what a client is called,
   * and not for environment variables.
   */
  default boolean hasPlaceholders() {
    return false;
  }

  /** true or false. */
  record Bool() implements ConfType {
    @Override
    public Object parse(String text, Syntax syntax) throws ConfValueException {
      switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "yes", "on":
          return true;
        case "false", "no", "off":
          return false;
        default:
          throw new ConfValueException("is neither true nor false", describe(syntax));
      }
    }

    @Override
    public String describe(Syntax syntax) {
      return "true or false";
    }
  }

  /**
   * A whole number.
   *
   * @param takesZero whether documents may also say 0, for "find out yourself"
   * @param unit what may stand behind it and says nothing; usually empty
   */
  record Int(long min, long max, boolean takesZero, String unit) implements ConfType {
    @Override
    public Object parse(String text, Syntax syntax) throws ConfValueException {
      boolean hasUnit = !unit.isEmpty() && text.endsWith(unit);
      String digits = hasUnit ? text.substring(0, text.length() - unit.length()) : text;
      long number;
      try {
        // Java takes the digits of other scripts too, which look like other numbers.
        number = Long.parseLong(digits.matches("[+-]?[0-9]+") ? digits : "");
      } catch (NumberFormatException e) {
        throw new ConfValueException("is not a whole number", describe(syntax));
      }
      boolean isUnset = takesZero && number == 0;
      if ((number < min || number > max) && !isUnset) {
        throw new ConfValueException("is out of range", describe(syntax));
      }
      return number;
    }

    /** For those who have another way to say that it is unset, as the API has. */
    public Int withoutZero() {
      return new Int(min, max, false, unit);
    }

    @Override
    public String describe(Syntax syntax) {
      return "a whole number from " + (takesZero ? 0 : min) + " to " + max;
    }
  }

  /** A number with a fraction. */
  record Decimal(double min, double max) implements ConfType {
    @Override
    public Object parse(String text, Syntax syntax) throws ConfValueException {
      double number;
      try {
        // Java takes 1d and 0x1p3 too.
        number = Double.parseDouble(text.matches(".*[dfxDFX].*") ? "" : text);
      } catch (NumberFormatException e) {
        throw new ConfValueException("is not a number", describe(syntax));
      }
      // Written so that NaN, which compares with nothing, is refused too.
      if (!(number >= min && number <= max)) {
        throw new ConfValueException("is out of range", describe(syntax));
      }
      return number;
    }

    @Override
    public String describe(Syntax syntax) {
      return "a number from " + min + " to " + max;
    }
  }

  /** A count of bytes. Plain numbers count {@code keyValueUnit} or {@code hoconUnit} bytes. */
  record Size(long keyValueUnit, long hoconUnit, long min, long max) implements ConfType {
    @Override
    public Object parse(String text, Syntax syntax) throws ConfValueException {
      long bytes = Quantity.bytes(text, plainUnit(syntax));
      if (bytes < 0) {
        throw new ConfValueException("is not a size", describe(syntax));
      }
      if (bytes < min || bytes > max) {
        throw new ConfValueException("is out of range", describe(syntax));
      }
      return bytes;
    }

    private long plainUnit(Syntax syntax) {
      return syntax == Syntax.HOCON ? hoconUnit : keyValueUnit;
    }

    @Override
    public String describe(Syntax syntax) {
      return "a size from "
          + Quantity.formatBytes(min)
          + " to "
          + Quantity.formatBytes(max)
          + (plainUnit(syntax) == 1 ? ", such as 10KB" : ", such as 10KB; plain numbers are KiB");
    }
  }

  /** A time span, in milliseconds. Plain numbers count {@code plainUnitMillis}. */
  record Duration(long plainUnitMillis, long min, long max) implements ConfType {
    @Override
    public Object parse(String text, Syntax syntax) throws ConfValueException {
      long millis = Quantity.millis(text, plainUnitMillis);
      if (millis < 0) {
        throw new ConfValueException("is not a duration", describe(syntax));
      }
      if (millis < min || millis > max) {
        throw new ConfValueException("is out of range", describe(syntax));
      }
      return millis;
    }

    @Override
    public String describe(Syntax syntax) {
      return "a duration from "
          + Quantity.formatMillis(min)
          + " to "
          + Quantity.formatMillis(max)
          + ", such as 10s; plain numbers are "
          + (plainUnitMillis == 1 ? "milliseconds" : "seconds");
    }
  }

  /** Any text. */
  record Text(String what) implements ConfType {
    @Override
    public Object parse(String text, Syntax syntax) {
      return text;
    }

    @Override
    public String describe(Syntax syntax) {
      return what;
    }
  }

  /** Texts, separated by commas where the format has no lists. */
  record TextList(ListElement element) implements ConfType {
    @Override
    public Object parse(String text, Syntax syntax) throws ConfValueException {
      List<String> parts = new ArrayList<>();
      for (String part : text.split(",")) {
        if (!part.isBlank()) {
          parts.add(part.strip());
        }
      }
      return checked(parts);
    }

    /** The elements of a list that came as one. */
    public List<String> checked(List<String> texts) throws ConfValueException {
      List<String> elements = new ArrayList<>();
      for (String text : texts) {
        elements.add(element.checked(text));
      }
      return List.copyOf(elements);
    }

    @Override
    public boolean hasPlaceholders() {
      return element == ListElement.FILTER;
    }

    @Override
    public String describe(Syntax syntax) {
      return syntax == Syntax.HOCON
          ? "a list of " + element.what()
          : element.what() + " separated by commas";
    }
  }

  /** JSON of an access rule. */
  record Rule() implements ConfType {
    @Override
    public Object parse(String text, Syntax syntax) throws ConfValueException {
      return text; // what it says is for AclRuleText
    }

    @Override
    public boolean hasPlaceholders() {
      return true;
    }

    @Override
    public String describe(Syntax syntax) {
      return "a JSON object";
    }
  }

  /** One address or network; {@code #} stands for all. */
  record Peers() implements ConfType {
    @Override
    public Object parse(String text, Syntax syntax) throws ConfValueException {
      if (!text.equals("#") && Network.parse(text).isEmpty()) {
        throw new ConfValueException("is no address", describe(syntax));
      }
      return text;
    }

    @Override
    public String describe(Syntax syntax) {
      return "an address or a network such as 10.0.0.0/8, or # for all";
    }
  }

  /** One of a few words. */
  record Words(List<String> words) implements ConfType {
    @Override
    public Object parse(String text, Syntax syntax) throws ConfValueException {
      String word = text.toLowerCase(Locale.ROOT);
      if (!words.contains(word)) {
        throw new ConfValueException("is not a known word", describe(syntax));
      }
      return word;
    }

    @Override
    public String describe(Syntax syntax) {
      return "one of " + String.join(", ", words);
    }
  }

  /** {@code scheme://host:port/path}; the scheme {@code ""} stands for none. */
  record Url(List<String> schemes) implements ConfType {
    @Override
    public Object parse(String text, Syntax syntax) throws ConfValueException {
      int end = text.indexOf("://");
      String scheme = end < 0 ? "" : text.substring(0, end).toLowerCase(Locale.ROOT);
      if (!schemes.contains(scheme)) {
        throw new ConfValueException("has no known scheme", describe(syntax));
      }
      if (text.length() == end + 3 || text.isEmpty()) {
        throw new ConfValueException("names no host", describe(syntax));
      }
      return text;
    }

    @Override
    public String describe(Syntax syntax) {
      List<String> named = schemes.stream().filter(s -> !s.isEmpty()).toList();
      return "a URL that starts with " + String.join("://, ", named) + "://";
    }
  }

  /** {@code host:port}, {@code host:port/path}, or either with a scheme in front. */
  record Bind(Transport transport) implements ConfType {
    @Override
    public Object parse(String text, Syntax syntax) throws ConfValueException {
      if (!text.contains("://")) {
        ListenerAddress.parseBind(text);
      } else if (ListenerAddress.parseUrl(text).transport() != transport) {
        throw new ConfValueException("has the scheme of another listener", describe(syntax));
      }
      return text;
    }

    @Override
    public String describe(Syntax syntax) {
      String path = transport.isWebSocket() ? "/path" : "";
      String scheme = new ListenerAddress(transport, "host", 0, "").scheme();
      return (syntax == Syntax.HOCON ? "" : scheme) + "host:port" + path + ", port from 0 to 65535";
    }
  }

  /** Addresses of listeners, separated by commas. */
  record ListenerUrls() implements ConfType {
    @Override
    public Object parse(String text, Syntax syntax) throws ConfValueException {
      @SuppressWarnings("unchecked") // what LIST answers
      List<String> urls = (List<String>) LIST.parse(text, syntax);
      if (urls.isEmpty()) {
        throw new ConfValueException("names no address", describe(syntax));
      }
      for (String url : urls) {
        ListenerAddress.parseUrl(url);
      }
      return urls;
    }

    @Override
    public String describe(Syntax syntax) {
      return "nmq-tcp://host:port, or nmq-tls, nmq-ws, nmq-wss; several separated by commas";
    }
  }
}
