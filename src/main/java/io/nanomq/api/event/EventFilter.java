package io.nanomq.api.event;

import io.nanomq.api.json.ApiException;
import io.nanomq.event.BrokerEvent;
import io.nanomq.event.BrokerEvent.Kind;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a stream of events is to have.
 *
 * @param kinds never empty
 * @param clientId only what happens to that client; null = to anybody
 * @param trace number of the trace that is followed; 0 = none
 */
record EventFilter(Set<Kind> kinds, @Nullable String clientId, long trace) {
  EventFilter(Set<Kind> kinds, @Nullable String clientId) {
    this(kinds, clientId, 0);
  }

  static EventFilter ofTrace(long number) {
    return new EventFilter(EnumSet.of(Kind.TRACED), null, number);
  }

  /** What streams know; what is told of single packets and messages is for webhooks. */
  private static final Set<Kind> KNOWN = EnumSet.range(Kind.CONNECTED, Kind.BRIDGE_UP);

  private static final String TYPE = "type";
  private static final String CLIENT = "clientid";

  /**
   * Reads {@code ?type=connected,dropped&clientid=...}; without them it is everything.
   *
   * @throws ApiException 400/108 for what is unknown or comes twice
   */
  static EventFilter parse(MultivaluedMap<String, String> query) {
    Set<Kind> kinds = EnumSet.copyOf(KNOWN);
    String clientId = null;
    for (Map.Entry<String, List<String>> entry : query.entrySet()) {
      String name = entry.getKey();
      if (entry.getValue().size() != 1) {
        throw ApiException.repeatedParameter(name);
      }
      String value = entry.getValue().get(0);
      switch (name) {
        case TYPE -> kinds = kinds(value);
        case CLIENT -> clientId = value;
        default -> throw ApiException.unknownParameter(name);
      }
    }
    return new EventFilter(kinds, clientId);
  }

  private static Set<Kind> kinds(String names) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (String name : names.split(",", -1)) {
      kinds.add(
          KNOWN.stream()
              .filter(kind -> nameOf(kind).equals(name))
              .findFirst()
              .orElseThrow(() -> ApiException.badParameter("Unknown type of event: " + name)));
    }
    return kinds;
  }

  /** The name of a kind of event, in queries and in streams. */
  static String nameOf(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  boolean passes(BrokerEvent event) {
    if (event instanceof BrokerEvent.Traced traced) {
      return traced.trace() == trace;
    } else if (event instanceof BrokerEvent.TraceEnded ended) {
      return ended.trace() == trace;
    }
    return kinds.contains(event.kind()) && (clientId == null || clientId.equals(event.clientId()));
  }
}
