package io.nanomq.control.process;

import io.nanomq.config.NanomqConf;
import io.nanomq.config.RunningConf;
import io.nanomq.http.VertxInternals;
import io.netty.channel.EventLoopGroup;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of MQTT, made as Vert.x makes its own, but with nothing else on them: the first
 * health check or scrape of a process loads classes for a tenth of a second, and a watch of
 * Kubernetes parses what it gets, on whatever loop Vert.x gives them.
 */
@Singleton
public class MqttLoops {
  private final Vertx vertx;
  private final int size;

  public MqttLoops(Vertx vertx, RunningConf conf) {
    this.vertx = vertx;
    NanomqConf started = conf.current();
    this.size =
        started.eventLoops() > 0
            ? started.eventLoops()
            : Runtime.getRuntime().availableProcessors();
  }

  /** How many there are; only a new process has another number. */
  public int size() {
    return size;
  }

  EventLoopGroup open() {
    return VertxInternals.eventLoops(vertx, size, "nanomq-mqtt", () -> {});
  }

  static void close(EventLoopGroup loops) {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
