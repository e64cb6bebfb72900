package io.nanomq.it;

import io.nanomq.config.Copy;
import io.nanomq.config.model.MqttConf;

/** Configurations that differ from the defaults in a few places. */
public final class Limits {
  private Limits() {}

  /** The defaults but for what is named, as of {@link Copy#of}. */
  public static MqttConf with(Object... namesAndValues) {
    return Copy.of(MqttConf.defaults(), namesAndValues);
  }
}
