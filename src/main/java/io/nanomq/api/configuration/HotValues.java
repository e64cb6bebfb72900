package io.nanomq.api.configuration;

import io.nanomq.config.ConfPatch;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.Nearest;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of {@code /api/v4/reload}, named as NanoMQ 0.25 names them: sizes in KiB, durations in
 * seconds.
 */
public final class HotValues {
  private static final List<ConfField> FIELDS =
      List.of(
          new ConfField("", "property_size", "mqtt.property_size"),
          new ConfField("", "max_packet_size", "mqtt.max_packet_size"),
          new ConfField("", "client_max_packet_size", "mqtt.client_max_packet_size"),
          new ConfField("", "msq_len", "mqtt.max_mqueue_len"),
          new ConfField("", "qos_duration", "mqtt.retry_interval"),
          new ConfField("", "keepalive_backoff", "mqtt.keepalive_multiplier"),
          new ConfField("", "allow_anonymous", "auth.allow_anonymous"));

  /** Those but {@code property_size}, as they stand in NanoMQ's {@code basic}. */
  static final List<String> NAMES = FIELDS.stream().skip(1).map(ConfField::name).toList();

  /** Those that {@code /configuration} does not answer. */
  static final List<String> ONLY =
      List.of("max_packet_size", "client_max_packet_size", "keepalive_backoff");

  /** NanoMQ's own tools send the factor in thousandths, which no factor that is allowed reaches. */
  private static final int THOUSANDTHS_FROM = 500;

  private HotValues() {}

  /** The content of {@code data}; the last two cannot be set and are there for NanoMQ's tools. */
  public static Map<String, Object> of(LoadedConf loaded) {
    Map<String, Object> data = new LinkedHashMap<>();
    for (ConfField field : FIELDS) {
      Object value = field.toJson(loaded.values().written(field.id()));
      if (value != null) {
        data.put(field.name(), value);
      }
    }
    data.put("enable_mqtt_stream", false);
    data.put("bridge_mode", bridges(loaded));
    return data;
  }

  /** Whether one runs, not whether one is configured. */
  private static boolean bridges(LoadedConf loaded) {
    return loaded.conf().integrations().bridges().stream().anyMatch(BridgeConf::enable);
  }

  /**
   * What {@code data} asks for. A member that is null, or as it is already, edits nothing.
   *
   * @param running what {@link #of} is answered for now
   * @throws ConfException where a member is unknown, cannot be set here, or is wrong
   */
  public static ConfPatch patch(Map<String, ?> data, LoadedConf running) throws ConfException {
    Map<String, Object> current = of(running);
    List<ConfEdit> edits = new ArrayList<>();
    List<ConfProblem> problems = new ArrayList<>();
    for (Map.Entry<String, ?> member : data.entrySet()) {
      Object value = member.getValue();
      Object was = current.get(member.getKey());
      if (value != null && !String.valueOf(value).equals(String.valueOf(was))) {
        edit(member.getKey(), value, current, edits, problems);
      }
    }
    ConfException.throwIfAny(problems);
    return new ConfPatch(edits, Map.of());
  }

  private static void edit(
      String name,
      Object value,
      Map<String, Object> known,
      List<ConfEdit> edits,
      List<ConfProblem> problems) {
    ConfField field = FIELDS.stream().filter(f -> f.name().equals(name)).findFirst().orElse(null);
    if (field == null) {
      problems.add(unknown(name, value, known));
      return;
    }
    try {
      edits.add(ConfEdit.set(field.id(), parse(field, value)));
    } catch (ConfValueException e) {
      problems.add(PatchReader.inRequest("data." + name, value, e.reason(), e.expected()));
    }
  }

  private static ConfProblem unknown(String name, Object value, Map<String, Object> known) {
    boolean isFixed = known.containsKey(name);
    String reason = isFixed ? "cannot be changed here" : "is not a known member";
    String expected = isFixed ? String.valueOf(known.get(name)) : Nearest.of(name, known.keySet());
    return PatchReader.inRequest("data." + name, value, reason, expected);
  }

  private static Object parse(ConfField field, Object value) throws ConfValueException {
    if (!field.name().equals("keepalive_backoff")) {
      return field.fromJson(value);
    }
    ConfType type = field.key().type();
    if (!(value instanceof Number number)) {
      throw new ConfValueException("is of the wrong type", type.describe(Syntax.KEY_VALUE));
    }
    double factor = number.doubleValue();
    return type.parse(
        String.valueOf(factor >= THOUSANDTHS_FROM ? factor / 1000 : factor), Syntax.KEY_VALUE);
  }
}
