package io.nanomq.api.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.api.auth.ApiLogin;
import io.nanomq.api.auth.LoginWatch;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ResultCode;
import io.nanomq.config.RunningConf;
import io.nanomq.config.model.EventsConf;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpTraffic;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.sse.Sse;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The streams of events that are open: so many and no more; all end when the API goes elsewhere or
 * stops, and each when the credentials that opened it no longer hold. Shared: a counter and a
 * concurrent map.
 */
@Singleton
public class EventStreams {
  private final RunningBroker running;
  private final RunningConf conf;
  private final HttpTraffic traffic;
  private final Vertx vertx;
  private final ObjectMapper json;
  private final LoginWatch logins;
  private final AtomicInteger count = new AtomicInteger();
  private final Set<EventStream> open = ConcurrentHashMap.newKeySet();

  public EventStreams(
      RunningBroker running,
      RunningConf conf,
      HttpTraffic traffic,
      Vertx vertx,
      ObjectMapper json,
      LoginWatch logins) {
    this.running = running;
    this.conf = conf;
    this.traffic = traffic;
    this.vertx = vertx;
    this.json = json;
    this.logins = logins;
  }

  /** Streams that are open. */
  public int count() {
    return count.get();
  }

  /**
   * Opens a stream; on the loop of the request.
   *
   * @param connection that the request came in by
   * @param login what the reader's credentials are good for
   * @param whenOver called once, when the reader is gone or the stream was ended
   * @throws ApiException 503/101 where there are as many as there may be
   */
  EventStream open(
      EventFilter filter, Sse sse, HttpConnection connection, ApiLogin login, Runnable whenOver) {
    EventsConf.Streams limits = conf.current().integrations().events().streams();
    var broker = running.get();
    if (count.incrementAndGet() > limits.most()) {
      count.decrementAndGet();
      throw new ApiException(
          503, ResultCode.RPC_ERROR, "Event streams that may be open: " + limits.most());
    }
    Context loop = vertx.getOrCreateContext();
    var life = new Life(whenOver);
    EventStream stream =
        new EventStream(
            filter,
            limits.buffer(),
            new EventMessages(sse, json),
            broker.events(),
            task -> loop.runOnContext(any -> task.run()),
            life::end);
    life.begin(stream, limits.beatMillis(), connection, login);
    return stream;
  }

  /** What a stream needs besides itself: its place in the count, its heart beat, its end. */
  private final class Life {
    private final Runnable whenOver;
    private volatile Runnable undo = () -> {};
    private volatile boolean over;

    Life(Runnable whenOver) {
      this.whenOver = whenOver;
    }

    void begin(EventStream stream, long beatMillis, HttpConnection connection, ApiLogin login) {
      open.add(stream);
      long timer = vertx.setPeriodic(beatMillis, beat -> stream.beat());
      Runnable forget = traffic.endWith(connection, stream::end);
      Runnable forgetLogin = logins.endWith(login, stream::end);
      undo =
          () -> {
            vertx.cancelTimer(timer);
            forget.run();
            forgetLogin.run();
            open.remove(stream);
          };
      if (over) {
        undo.run();
      }
    }

    void end() {
      over = true;
      count.decrementAndGet();
      undo.run();
      whenOver.run();
    }
  }

  /** Ahead of the API's own end, which in dev mode leaves connections as they are. */
  public void stop(@Observes @Priority(0) ShutdownEvent event) {
    open.forEach(EventStream::end);
  }
}
