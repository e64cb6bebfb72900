package io.nanomq.config.key;

import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.key.value.Network;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** What the elements of a list may be. */
public enum ListElement {
  /** Any text. */
  TEXT("texts", "", text -> true),

  /** Origins of web pages as browsers send them: scheme, host and port, or * for all of them. */
  ORIGIN(
      "origins such as https://console.example.com, or *",
      "holds what is no origin",
      text -> text.equals("*") || isOrigin(text)),

  /** Addresses of machines and networks. */
  NETWORK(
      "addresses or networks such as 10.0.0.0/8",
      "holds what is no network",
      text -> Network.parse(text).isPresent()),

  /** Where a log may go. */
  LOG_OUTPUT(
      "file, console, syslog, uds",
      "holds what is no output",
      text -> Set.of("file", "console", "syslog", "uds").contains(text)),

  /** Topic filters, in which clients' names may have placeholders. */
  FILTER(
      "topic filters such as a/+/#, with ${clientid} and ${username} for a client's names",
      "holds what is no topic filter",
      ListElement::isFilter);

  private final String what;
  private final String wrong;
  private final Predicate<String> fits;

  ListElement(String what, String wrong, Predicate<String> fits) {
    this.what = what;
    this.wrong = wrong;
    this.fits = fits;
  }

  /** For messages and for the page of keys. */
  String what() {
    return what;
  }

  /** The element as it is used. */
  String checked(String text) throws ConfValueException {
    if (!fits.test(text)) {
      throw new ConfValueException(wrong, what);
    }
    // Browsers send scheme and host in lower case [RFC 6454, 6.2].
    return this == ORIGIN ? text.toLowerCase(Locale.ROOT) : text;
  }

  /** Whether anybody can subscribe to it: wildcards stand alone in their level [MQTT-4.7.1-1]. */
  public static boolean isFilter(String text) {
    String[] levels = text.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      String level = levels[i];
      boolean isWild = level.contains("+") || level.contains("#");
      boolean isLast = i == levels.length - 1;
      if (isWild && !level.equals("+") && !(level.equals("#") && isLast)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean isOrigin(String text) {
    try {
      URI uri = URI.create(text);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean isOfWeb = scheme.equals("http") || scheme.equals("https");
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      return isOfWeb
          && uri.getHost() != null
          && text.equals(uri.getScheme() + "://" + uri.getHost() + port);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
