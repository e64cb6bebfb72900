package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;
import java.util.List;

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
 */
public record LogConf(
    List<String> to,
    String level,
    String folder,
    String file,
    String socket,
    long rotationBytes,
    int rotationCount) {

  public LogConf {
    to = List.copyOf(to);
  }

  static LogConf bind(ConfValues values) {
    return new LogConf(
        values.list("log.to"),
        values.text("log.level"),
        values.text("log.dir"),
        values.text("log.file"),
        values.text("log.uds_addr"),
        values.number("log.rotation.size"),
        values.integer("log.rotation.count"));
  }
}
