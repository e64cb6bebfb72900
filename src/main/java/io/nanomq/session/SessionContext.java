package io.nanomq.session;

import io.nanomq.config.MqttConf;
import io.nanomq.loop.LoopContext;
import io.nanomq.persistence.SessionStore;
import io.nanomq.router.FanOut;
import java.util.function.Supplier;

/**
 * What the sessions of one loop work with.
 *
 * @param liveConf the configuration as it is now
 */
public record SessionContext(
    LoopContext loop, FanOut fanOut, SessionStore store, Supplier<MqttConf> liveConf) {

  public MqttConf conf() {
    return liveConf.get();
  }
}
