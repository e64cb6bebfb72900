package io.nanomq;

import io.nanomq.config.HttpServerConf;
import io.nanomq.config.ListenerConf;
import io.nanomq.config.MqttConf;
import io.nanomq.config.NanomqConf;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** What every {@code @QuarkusTest} runs with: the defaults, on free ports of this machine only. */
@Singleton
public class TestConf {

  @Produces
  @Singleton
  @Alternative
  @Priority(1)
  NanomqConf conf() {
    return onFreePorts();
  }

  /** The defaults on free ports of 127.0.0.1. */
  public static NanomqConf onFreePorts() {
    var http = HttpServerConf.defaults();
    return new NanomqConf(
        2,
        MqttConf.defaults(),
        List.of(new ListenerConf("tcp", ListenerConf.Transport.TCP, "127.0.0.1", 0, "")),
        new HttpServerConf(
            true, "127.0.0.1", 0, http.username(), http.password(), http.authType()));
  }
}
