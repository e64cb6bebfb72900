package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where the broker logs to.
 *
 * @param to any of {@code file}, {@code console}, {@code syslog}, {@code uds}
 * @param level lowest level that is logged: trace, debug, info, warn, error or fatal
 * @param folder folder of log files
 * @param file name of the log file
 * @param socket Unix socket to log to; empty where unset
 * @param rotationBytes size at which a file is rotated
 * @param rotationCount rotated files that are kept
 * @param json whether each line is a JSON object
 */
public record LogConf(
    List<String> to,
    String level,
    String folder,
    String file,
    String socket,
    long rotationBytes,
    int rotationCount,
    boolean json) {

  private static final Map<String, String> SWITCHES =
      Map.of("log.stdout", "console", "log.syslog", "syslog");

  public LogConf {
    to = List.copyOf(to);
  }

  static LogConf bind(ConfValues values) {
    return new LogConf(
        outputs(values),
        values.text("log.level"),
        values.text("log.dir"),
        values.text("log.file"),
        values.text("log.uds_addr"),
        values.number("log.rotation.size"),
        values.integer("log.rotation.count"),
        values.text("log.format").equals("json"));
  }

  /** As listed, but for what a switch adds or takes away. */
  private static List<String> outputs(ConfValues values) {
    List<String> outputs = new ArrayList<>(values.list("log.to"));
    SWITCHES.forEach(
        (key, output) -> {
          if (values.isGiven(key)) {
            outputs.remove(output);
            if (values.bool(key)) {
              outputs.add(output);
            }
          }
        });
    return outputs.stream().distinct().toList();
  }
}
