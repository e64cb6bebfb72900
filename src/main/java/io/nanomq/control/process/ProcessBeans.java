package io.nanomq.control.process;

import io.nanomq.Broker;
import io.nanomq.authn.LoginGuard;
import io.nanomq.config.RunningConf;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.ApiShare;
import io.nanomq.limit.SteadyClock;
import io.nanomq.log.LogOutputs;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneId;

/** Beans whose classes do not know the framework. */
public class ProcessBeans {

  /** The clock of everything outside the data path, so that tests can bring their own. */
  @Produces
  @Singleton
  Clock clock() {
    return Clock.system(ZoneId.systemDefault());
  }

  /** The count of failed logins to the HTTP API. */
  @Produces
  @Singleton
  LoginGuard logins() {
    return new LoginGuard(new SteadyClock());
  }

  /**
   * Tells the API's share of the processors what it depends on.
   *
   * @param conf found when it is asked: what writes answers is made before the configuration is
   */
  @Produces
  @Singleton
  ApiShare share(Instance<RunningConf> conf, RunningBroker running) {
    return new ApiShare(
        () -> conf.get().current().httpServer().limits().cpuPercent(),
        () -> running.find().map(Broker::isBusy).orElse(false));
  }

  /** The log's outputs, which dev mode gives back before it starts anew. */
  @Produces
  @Singleton
  LogOutputs outputs() {
    return new LogOutputs();
  }

  void close(@Disposes LogOutputs outputs) {
    outputs.close();
  }
}
