package io.nanomq.control;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** What each connection of the API has to keep to before a request of it is one. */
@Singleton
public class HttpConnections {
  private final HttpDoor door;
  private final @Nullable HttpTurns turns;
  private final Duration head;
  private final Duration body;

  /**
   * @param head how long the headers of a request may take from its first byte
   * @param body how long its body may take after them
   */
  public HttpConnections(
      HttpDoor door,
      HttpLoop loop,
      ApiShare share,
      @ConfigProperty(name = "api.head-timeout", defaultValue = "10S") Duration head,
      @ConfigProperty(name = "api.body-timeout", defaultValue = "60S") Duration body) {
    this.door = door;
    this.turns = loop.isOwn() ? new HttpTurns(share) : null;
    this.head = head;
    this.body = body;
  }

  /**
   * To be called before the server listens.
   *
   * @param opened is told of each connection; a server tells but one handler
   */
  HttpServer guard(HttpServer server, Consumer<HttpConnection> opened) {
    return server
        .invalidRequestHandler(door::malformed)
        .connectionHandler(
            connection -> {
              guard(connection);
              opened.accept(connection);
            });
  }

  private void guard(HttpConnection connection) {
    ChannelHandlerContext frameworks = ((ConnectionBase) connection).channelHandlerContext();
    ChannelPipeline pipeline = frameworks.pipeline();
    ChannelHandler decoder = pipeline.get(HttpRequestDecoder.class);
    if (decoder == null) {
      return; // HTTP/2 has limits of its own
    }
    if (turns != null) {
      pipeline.addFirst("turns", turns);
    }
    HttpDeadline deadline = new HttpDeadline(head, body);
    pipeline
        .addBefore(pipeline.context(decoder).name(), "first-bytes", deadline.firstBytes())
        .addBefore(frameworks.name(), "deadline", deadline)
        .addBefore(frameworks.name(), "head-check", new HttpHeadCheck());
  }
}
