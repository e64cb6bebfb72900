package io.nanomq.control;

import io.nanomq.config.NanomqConf;
import io.nanomq.config.RunningConf;
import io.netty.channel.EventLoopGroup;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.spi.VertxThreadFactory;
import io.vertx.core.spi.transport.Transport;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The event loops of MQTT, made as Vert.x makes its own, but with nothing else on them: the first
 * health check or scrape of a process loads classes for a tenth of a second, and a watch of
 * Kubernetes parses what it gets, on whatever loop Vert.x gives them.
 */
@Singleton
public class MqttLoops {
  /** Per cent of its time for sockets, the rest for tasks; Netty's default. */
  private static final int IO_RATIO = 50;

  private final VertxInternal vertx;
  private final int size;
  private final AtomicInteger threads = new AtomicInteger();

  public MqttLoops(Vertx vertx, RunningConf conf) {
    this.vertx = (VertxInternal) vertx;
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
    return vertx
        .transport()
        .eventLoopGroup(Transport.IO_EVENT_LOOP_GROUP, size, this::thread, IO_RATIO);
  }

  private Thread thread(Runnable work) {
    Thread thread =
        VertxThreadFactory.INSTANCE.newVertxThread(
            work,
            "nanomq-mqtt-" + threads.getAndIncrement(),
            false,
            vertx.maxEventLoopExecTime(),
            vertx.maxEventLoopExecTimeUnit());
    thread.setDaemon(true);
    return thread;
  }

  static void close(EventLoopGroup loops) {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
