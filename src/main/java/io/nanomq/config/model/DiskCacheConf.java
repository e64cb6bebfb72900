package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;

/**
 * Messages kept on disk: NanoMQ's {@code sqlite} section, and the cache of its bridges.
 *
 * @param enable whether anything is kept
 * @param maxMessages messages kept; 0 = none
 * @param folder folder of the store; empty = the working directory
 * @param flushThreshold messages in memory before they are flushed
 * @param resendMillis interval of resending after a failure
 */
public record DiskCacheConf(
    boolean enable, int maxMessages, String folder, int flushThreshold, long resendMillis) {

  /** The {@code sqlite} section. */
  static DiskCacheConf ofSqlite(ConfValues values) {
    boolean given = !values.names("sqlite.").isEmpty();
    boolean asked = values.text("system.msg_persistence").equals("sqlite");
    return bind(values, "sqlite.", (given || asked) && values.bool("sqlite.enable"));
  }

  /** The {@code bridges.mqtt.cache} section. */
  static DiskCacheConf ofBridges(ConfValues values) {
    boolean given = !values.names("bridges.mqtt.cache.").isEmpty();
    return bind(values, "bridges.mqtt.cache.", values.bool("bridge.sqlite.enable", given));
  }

  private static DiskCacheConf bind(ConfValues values, String section, boolean enable) {
    return new DiskCacheConf(
        enable,
        values.integer(section + "disk_cache_size"),
        values.text(section + "mounted_file_path"),
        values.integer(section + "flush_mem_threshold"),
        values.number(section + "resend_interval"));
  }
}
