package io.nanomq.control.process;

import io.nanomq.Broker;
import io.nanomq.config.RunningConf;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.ApiShare;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Tells the API's share of the processors what it depends on. */
public class ApiShareProducer {

  /**
   * @param conf found when it is asked: what writes answers is made before the configuration is
   */
  @Produces
  @Singleton
  ApiShare share(Instance<RunningConf> conf, RunningBroker running) {
    return new ApiShare(
        () -> conf.get().current().httpServer().limits().cpuPercent(),
        () -> running.find().map(Broker::isBusy).orElse(false));
  }
}
