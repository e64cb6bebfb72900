package io.nanomq.http;

import io.nanomq.config.RunningConf;
import io.nanomq.listener.Descriptors;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** What each connection of the API has to keep to before a request of it is one. */
@Singleton
public class HttpConnections {
  private final HttpErrorResponder errors;
  private final @Nullable HttpThrottle throttle;
  private final Duration head;
  private final Duration body;
  private final RunningConf conf;
  private final AtomicInteger open = new AtomicInteger();
  private final LongAdder refused = new LongAdder();

  /**
   * @param head how long the headers of a request may take from its first byte
   * @param body how long its body may take after them
   */
  @Inject
  public HttpConnections(
      HttpErrorResponder errors,
      HttpThrottle throttle,
      RunningConf conf,
      @ConfigProperty(name = "api.head-timeout", defaultValue = "10S") Duration head,
      @ConfigProperty(name = "api.body-timeout", defaultValue = "60S") Duration body) {
    this(errors, conf, head, body, throttle);
  }

  private HttpConnections(
      HttpErrorResponder errors,
      RunningConf conf,
      Duration head,
      Duration body,
      @Nullable HttpThrottle throttle) {
    this.errors = errors;
    this.conf = conf;
    this.throttle = throttle;
    this.head = head;
    this.body = body;
  }

  /** The same rules for a socket that has no share of the processors, with a count of its own. */
  HttpConnections another() {
    return new HttpConnections(errors, conf, head, body, null);
  }

  /**
   * To be called before the server listens.
   *
   * @param opened is told of each connection; a server tells but one handler
   */
  HttpServer guard(HttpServer server, HttpServerOptions options, Consumer<HttpConnection> opened) {
    return server
        .invalidRequestHandler(this::malformed)
        .connectionHandler(
            connection -> {
              if (isRoom(connection)) {
                guard(connection, options);
                opened.accept(connection);
              }
            });
  }

  private void malformed(HttpServerRequest request) {
    if (throttle == null) {
      errors.malformed(request);
    } else {
      throttle.whenDue(() -> errors.malformed(request));
    }
  }

  /** Descriptors that the API's connections take are none for MQTT's, and cost nothing to take. */
  private boolean isRoom(HttpConnection connection) {
    int most = Descriptors.forApi(conf.current().httpServer().limits().maxConnections());
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      refused.increment();
      connection.close();
      return false;
    }
    VertxInternals.handler(connection)
        .channel()
        .closeFuture()
        .addListener(closed -> open.decrementAndGet());
    return true;
  }

  /** Connections that were closed at once, since there were as many as there may be. */
  public long refused() {
    return refused.sum();
  }

  /** The body of the request that this connection has now may take as long as it takes. */
  public static void withoutDeadline(HttpConnection connection) {
    HttpDeadline deadline = VertxInternals.handler(connection).pipeline().get(HttpDeadline.class);
    if (deadline != null) {
      deadline.leave();
    }
  }

  private void guard(HttpConnection connection, HttpServerOptions options) {
    ChannelHandlerContext frameworks = VertxInternals.handler(connection);
    ChannelPipeline pipeline = frameworks.pipeline();
    ChannelHandler decoder = pipeline.get(HttpRequestDecoder.class);
    if (decoder == null) {
      return; // HTTP/2 has limits of its own
    }
    LingeringClose closing = new LingeringClose(errors::error);
    RequestTurns turns = new RequestTurns();
    HttpDeadline deadline = new HttpDeadline(head, body, closing::late, turns::isAnswering);
    String decoding = pipeline.context(decoder).name();
    pipeline.replace(decoder, decoding, VertxInternals.requestDecoder(options, turns));
    pipeline
        .addBefore(decoding, "first-bytes", deadline.firstBytes())
        .addBefore(frameworks.name(), "turns", turns)
        .addBefore(frameworks.name(), "deadline", deadline)
        .addBefore(frameworks.name(), "head-check", new HttpHeadCheck())
        .addBefore(frameworks.name(), "lingering-close", closing);
  }
}
