package io.nanomq.config.model;

import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One bridge to another broker, as far as the API's page shows it: none runs yet.
 *
 * @param name unique among the bridges
 * @param enable whether it is to run
 * @param forwards what is to go there
 * @param subscriptions what is to come from there
 */
public record BridgeConf(
    String name, boolean enable, List<Topic> forwards, List<Topic> subscriptions) {
  private static final String BRIDGES = "bridges.mqtt.";
  private static final String B = BRIDGES + "<name>.";

  /** What stands beside the names of bridges, the last two in NanoMQ 0.14 only. */
  private static final Set<String> NO_NAMES = Set.of("cache", "nodes", "sqlite");

  public BridgeConf {
    forwards = List.copyOf(forwards);
    subscriptions = List.copyOf(subscriptions);
  }

  /**
   * A filter that is forwarded or subscribed.
   *
   * @param remote topic there; empty = the same as here
   * @param local topic here; empty = the same as there
   * @param qos highest QoS; -1 = as it came
   */
  public record Topic(String remote, String local, int qos) {}

  static List<BridgeConf> bind(ConfValues values) {
    return names(values).stream().map(name -> bind(values, name)).toList();
  }

  public static List<String> names(ConfValues values) {
    return values.names(BRIDGES).stream().filter(name -> !NO_NAMES.contains(name)).toList();
  }

  private static BridgeConf bind(ConfValues values, String name) {
    boolean isHocon = values.origin(B + "server", name).syntax() == Syntax.HOCON;
    List<Topic> forwards = new ArrayList<>();
    for (String filter : values.list(B + "forwards", name)) {
      forwards.add(new Topic("", filter, -1));
    }
    forwards.addAll(topics(values, name, "forwards."));
    return new BridgeConf(
        name,
        values.bool(B + "enable", isHocon, name),
        forwards,
        topics(values, name, "subscription."));
  }

  private static List<Topic> topics(ConfValues values, String name, String list) {
    String each = B + list + "<n>.";
    List<Topic> topics = new ArrayList<>();
    for (String number : values.names(BRIDGES + KeyMatch.quoted(name) + "." + list)) {
      topics.add(
          new Topic(
              values.text(each + "remote_topic", name, number),
              values.text(each + "local_topic", name, number),
              qos(values.value(each + "qos", name, number))));
    }
    return topics;
  }

  private static int qos(@Nullable Object value) {
    return value == null ? -1 : Math.toIntExact((Long) value);
  }
}
