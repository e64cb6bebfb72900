package io.nanomq.backend;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nanomq.config.model.HttpAuthConf;
import io.nanomq.packet.AccessAction;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request with places for what is asked, filled in one pass: what a client puts into a place is
 * never read as a place again, and never leaves its parameter. Immutable.
 */
final class RequestTemplate {
  private static final Pattern PLACE = Pattern.compile("%([ucParCdtmpA])");
  private static final String UNRESERVED = "-._~";
  private static final String HEX = "0123456789ABCDEF";

  private final HttpAuthConf.Request conf;
  private final List<Parameter> parameters = new ArrayList<>();
  private final boolean isJson;

  private record Parameter(String name, List<Part> parts) {}

  /** A literal text, or the letter of a place. */
  private record Part(String text, boolean isPlace) {}

  /**
   * A request as it is sent.
   *
   * @param uri absolute
   * @param body empty for GET
   */
  record Filled(String uri, String body) {}

  RequestTemplate(HttpAuthConf.Request conf) {
    this.conf = conf;
    conf.parameters().forEach((name, value) -> parameters.add(new Parameter(name, parts(value))));
    this.isJson = contentType(conf).contains("json");
  }

  /** What the body of a POST is. */
  static String contentType(HttpAuthConf.Request conf) {
    for (Map.Entry<String, String> header : conf.headers().entrySet()) {
      if (header.getKey().equalsIgnoreCase("content-type")) {
        return header.getValue().toLowerCase(Locale.ROOT);
      }
    }
    return "application/x-www-form-urlencoded";
  }

  private static List<Part> parts(String value) {
    List<Part> parts = new ArrayList<>();
    int end = 0;
    for (Matcher place = PLACE.matcher(value); place.find(); end = place.end()) {
      parts.add(new Part(value.substring(end, place.start()), false));
      parts.add(new Part(place.group(1), true));
    }
    parts.add(new Part(value.substring(end), false));
    return parts;
  }

  Filled fill(BackendQuestion question) {
    if (conf.post() && isJson) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      parameters.forEach(
          p -> json.put(p.name, new String(bytes(p, question), StandardCharsets.UTF_8)));
      return new Filled(conf.url(), json.toString());
    }
    StringBuilder all = new StringBuilder();
    for (Parameter parameter : parameters) {
      all.append(all.isEmpty() ? "" : "&");
      encode(parameter.name.getBytes(StandardCharsets.UTF_8), all);
      encode(bytes(parameter, question), all.append('='));
    }
    if (conf.post()) {
      return new Filled(conf.url(), all.toString());
    }
    String separator = conf.url().indexOf('?') < 0 ? "?" : "&";
    return new Filled(all.isEmpty() ? conf.url() : conf.url() + separator + all, "");
  }

  private static byte[] bytes(Parameter parameter, BackendQuestion question) {
    var all = new ByteArrayOutputStream();
    for (Part part : parameter.parts) {
      all.writeBytes(
          part.isPlace
              ? value(part.text.charAt(0), question)
              : part.text.getBytes(StandardCharsets.UTF_8));
    }
    return all.toByteArray();
  }

  private static byte[] value(char place, BackendQuestion question) {
    ClientFacts client = question.client();
    byte[] password = question.password();
    AccessAction access = question.access();
    String text =
        switch (place) {
          case 'u' -> client.user();
          case 'c' -> client.clientId();
          case 'a' -> client.address();
          case 'r' -> "mqtt";
          case 'p' -> client.port() == 0 ? "" : Integer.toString(client.port());
          case 'C' -> client.commonName();
          case 'd' -> client.subject();
          case 'm' -> client.mountPoint();
          case 't' -> question.topic();
          case 'A' -> access == null ? "" : access.code();
          default -> "";
        };
    return place == 'P' && password != null ? password : text.getBytes(StandardCharsets.UTF_8);
  }

  /** Percent-encoding that query and form read alike; a password may be no text. */
  private static void encode(byte[] value, StringBuilder out) {
    for (byte b : value) {
      char c = (char) (b & 0xFF);
      boolean isPlain = c < 128 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
      if (isPlain) {
        out.append(c);
      } else {
        out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
  }
}
