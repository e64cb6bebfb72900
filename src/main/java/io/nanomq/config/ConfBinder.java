package io.nanomq.config;

/** Settings to the whole typed tree. */
final class ConfBinder {
  private ConfBinder() {}

  static NanomqConf bind(ConfValues values) {
    SystemConf system = SystemBinder.system(values);
    return new NanomqConf(
        system.eventLoops(),
        MqttBinder.bind(values),
        ListenerBinder.bind(values),
        SystemBinder.http(values),
        system,
        AuthBinder.bind(values),
        IntegrationsConf.bind(values));
  }
}
