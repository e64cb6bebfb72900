package io.nanomq.config;

import io.nanomq.config.model.AuthBinder;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.model.IntegrationsConf;
import io.nanomq.config.model.ListenerBinder;
import io.nanomq.config.model.MqttConf;
import io.nanomq.config.model.SystemConf;
import io.nanomq.config.setting.ConfValues;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Settings to the whole typed tree. */
final class ConfBinder {
  private ConfBinder() {}

  /**
   * @param file the main document; null where there is none, or it is no file
   */
  static NanomqConf bind(ConfValues values, @Nullable Path file) {
    SystemConf system = SystemConf.bind(values, file);
    return new NanomqConf(
        system.eventLoops(),
        MqttConf.bind(values),
        ListenerBinder.bind(values),
        HttpServerConf.bind(values),
        system,
        AuthBinder.bind(values),
        IntegrationsConf.bind(values));
  }
}
