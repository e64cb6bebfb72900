package io.nanomq.webhook;

import io.nanomq.codec.TopicRules;
import io.nanomq.config.model.WebhookConf;
import io.nanomq.event.BrokerEvent.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Which events are told: their kinds and, of messages, the filters. Immutable.
 *
 * @param filters by kind; {@value #ALL} where one has none
 */
record HookFilters(Map<Kind, Set<String>> filters) {
  private static final Logger LOG = Logger.getLogger(HookFilters.class);
  private static final String ALL = "#";

  static HookFilters of(List<WebhookConf.Event> events) {
    Map<Kind, Set<String>> filters = new EnumMap<>(Kind.class);
    for (WebhookConf.Event event : events) {
      if (!event.topic().isEmpty() && !TopicRules.isValidFilter(event.topic())) {
        LOG.errorf("webhook has no event for %s, which is no topic filter", event.topic());
        continue;
      }
      filters
          .computeIfAbsent(HookNames.kind(event.name()), kind -> new LinkedHashSet<>())
          .add(event.topic().isEmpty() ? ALL : event.topic());
    }
    return new HookFilters(filters);
  }

  boolean wants(Kind kind) {
    return filters.containsKey(kind);
  }

  /** Filters of the messages that are told as they are published. */
  List<String> published() {
    return new ArrayList<>(filters.getOrDefault(Kind.PUBLISHED, Set.of()));
  }

  /** Whether a message is told that goes to a client, as often as filters match it. */
  int matches(Kind kind, String topic) {
    int count = 0;
    for (String filter : filters.getOrDefault(kind, Set.of())) {
      count += TopicRules.matches(filter, topic) ? 1 : 0;
    }
    return count;
  }
}
