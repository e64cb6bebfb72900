package io.nanomq.config.key;

import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.key.value.Network;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** What the elements of a list may be. */
public enum ListElement {
  /** Any text. */
  TEXT("texts") {
    @Override
    String checked(String text) {
      return text;
    }
  },

  /** Origins of web pages as browsers send them: scheme, host and port, or * for all of them. */
  ORIGIN("origins such as https://console.example.com, or *") {
    @Override
    String checked(String text) throws ConfValueException {
      if (!text.equals("*") && !isOrigin(text)) {
        throw new ConfValueException("holds what is no origin", what());
      }
      // Browsers send scheme and host in lower case [RFC 6454, 6.2].
      return text.toLowerCase(Locale.ROOT);
    }
  },

  /** Addresses of machines and networks. */
  NETWORK("addresses or networks such as 10.0.0.0/8") {
    @Override
    String checked(String text) throws ConfValueException {
      if (Network.parse(text).isEmpty()) {
        throw new ConfValueException("holds what is no network", what());
      }
      return text;
    }
  },

  /** Where a log may go. */
  LOG_OUTPUT("file, console, syslog, uds") {
    @Override
    String checked(String text) throws ConfValueException {
      if (!LOG_OUTPUTS.contains(text)) {
        throw new ConfValueException("holds what is no output", what());
      }
      return text;
    }
  },

  /** Topic filters, in which clients' names may have placeholders. */
  FILTER("topic filters such as a/+/#, with ${clientid} and ${username} for a client's names") {
    @Override
    String checked(String text) throws ConfValueException {
      if (!isFilter(text)) {
        throw new ConfValueException("holds what is no topic filter", what());
      }
      return text;
    }
  };

  private static final Set<String> LOG_OUTPUTS = Set.of("file", "console", "syslog", "uds");

  private final String what;

  ListElement(String what) {
    this.what = what;
  }

  /** For messages and for the page of keys. */
  String what() {
    return what;
  }

  /** The element as it is used. */
  abstract String checked(String text) throws ConfValueException;

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
