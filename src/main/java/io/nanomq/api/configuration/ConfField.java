package io.nanomq.api.configuration;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.key.value.ConfValueException;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One member of the HTTP API's configuration and the key behind it.
 *
 * @param section {@code tls}, {@code bridge} and so on; empty at the top
 * @param name the member
 * @param id the key
 */
record ConfField(String section, String name, String id) {
  static final List<ConfField> TOP =
      List.of(
          new ConfField("", "num_taskq_thread", "system.num_taskq_thread"),
          new ConfField("", "max_taskq_thread", "system.max_taskq_thread"),
          new ConfField("", "parallel", "system.parallel"),
          new ConfField("", "property_size", "mqtt.property_size"),
          new ConfField("", "msq_len", "mqtt.max_mqueue_len"),
          new ConfField("", "qos_duration", "mqtt.retry_interval"),
          new ConfField("", "allow_anonymous", "auth.allow_anonymous"),
          new ConfField("", "daemon", "system.daemon"));

  static final List<ConfField> TLS =
      List.of(
          new ConfField("tls", "verify_peer", "listeners.ssl.verify_peer"),
          new ConfField("tls", "fail_if_no_peer_cert", "listeners.ssl.fail_if_no_peer_cert"));

  static final List<ConfField> HTTP =
      List.of(
          new ConfField("http_server", "enable", "http_server.enable"),
          new ConfField("http_server", "port", "http_server.port"),
          new ConfField("http_server", "username", "http_server.username"),
          new ConfField("http_server", "password", "http_server.password"),
          new ConfField("http_server", "auth_type", "http_server.auth_type"));

  static final List<ConfField> BRIDGE =
      List.of(
          new ConfField("bridge", "address", "bridges.mqtt.<name>.server"),
          new ConfField("bridge", "proto_ver", "bridges.mqtt.<name>.proto_ver"),
          new ConfField("bridge", "clientid", "bridges.mqtt.<name>.clientid"),
          new ConfField("bridge", "clean_start", "bridges.mqtt.<name>.clean_start"),
          new ConfField("bridge", "username", "bridges.mqtt.<name>.username"),
          new ConfField("bridge", "password", "bridges.mqtt.<name>.password"),
          new ConfField("bridge", "keepalive", "bridges.mqtt.<name>.keepalive"),
          new ConfField("bridge", "parallel", "bridges.mqtt.<name>.max_parallel_processes"));

  ConfKey key() {
    return KeyTable.get().byId(id);
  }

  /** Where the member stands in a request, for messages. */
  String path() {
    return "data." + (section.isEmpty() ? "" : section + ".") + name;
  }

  /** A value as the API's JSON has it: sizes in KiB, durations in seconds. */
  @Nullable Object toJson(@Nullable Object value) {
    if (value instanceof Long number) {
      ConfType type = key().type();
      if (type instanceof ConfType.Size size) {
        return number / size.keyValueUnit();
      }
      return type instanceof ConfType.Duration duration
          ? number / duration.plainUnitMillis()
          : number;
    }
    return value;
  }

  /**
   * A value of the API's JSON as the key takes it.
   *
   * @throws ConfValueException where it is of the wrong type or out of range
   */
  Object fromJson(Object json) throws ConfValueException {
    ConfType type =
        key().type() instanceof ConfType.Int number ? number.withoutZero() : key().type();
    String expected = type.describe(Syntax.KEY_VALUE);
    boolean fits;
    if (type == ConfType.BOOL) {
      fits = json instanceof Boolean;
    } else if (type instanceof ConfType.Int
        || type instanceof ConfType.Size
        || type instanceof ConfType.Duration) {
      // The page calls proto_ver a string and shows it as a number.
      fits = isWhole(json) || name.equals("proto_ver") && json instanceof String;
    } else {
      fits = json instanceof String;
    }
    if (!fits) {
      throw new ConfValueException("is of the wrong type", expected);
    }
    if (json instanceof String text && text.contains("://") && text.contains(ConfView.MASK)) {
      // It is not the address as it was shown, which would have been left alone.
      throw new ConfValueException(
          "has %s where something is hidden".formatted(ConfView.MASK), "the whole address");
    }
    return type.parse(String.valueOf(json), Syntax.KEY_VALUE);
  }

  private static boolean isWhole(Object json) {
    return json instanceof Integer || json instanceof Long || json instanceof BigInteger;
  }
}
