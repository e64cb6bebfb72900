package io.nanomq.api.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.event.BrokerEvent;
import io.nanomq.event.BrokerEvent.Kind;
import io.nanomq.event.BrokerEvents;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jboss.resteasy.reactive.server.jaxrs.SseImpl;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<String> read = new ArrayList<>();
  private final BrokerEvents events = new BrokerEvents();
  private int ended;
  private boolean completed;

  /** Takes what it is sent, and asks for more only when told. */
  private final Flow.Subscriber<OutboundSseEvent> reader =
      new Flow.Subscriber<>() {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
          assertThat(subscription).isNotNull();
        }

        @Override
        public void onNext(OutboundSseEvent event) {
          read.add(event.getName() == null ? "comment" : event.getName() + event.getData());
        }

        @Override
        public void onError(Throwable failure) {
          throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
          completed = true;
        }
      };

  private EventStream stream(Set<Kind> kinds, String clientId, int capacity) {
    var messages = new EventMessages(new SseImpl(), new ObjectMapper());
    var filter = new EventFilter(kinds, clientId);
    var stream = new EventStream(filter, capacity, messages, events, tasks::add, () -> ended++);
    stream.subscribe(reader);
    return stream;
  }

  private void run() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private static BrokerEvent unsubscribed(String client) {
    return new BrokerEvent.Unsubscribed(7, client, "t");
  }

  private static String told(String client) {
    return "unsubscribed{\"ts\":7,\"clientid\":\"" + client + "\",\"topic\":\"t\"}";
  }

  @Test
  void aCommentComesFirstAndThenAsMuchAsIsAskedFor() {
    EventStream stream = stream(EnumSet.allOf(Kind.class), null, 4);
    stream.happened(0, unsubscribed("a"));
    stream.happened(1, unsubscribed("b"));
    run();
    assertThat(read).isEmpty();
    stream.request(2);
    run();
    assertThat(read).containsExactly("comment", told("a"));
    stream.request(5);
    stream.happened(1, unsubscribed("c"));
    run();
    assertThat(read).containsExactly("comment", told("a"), told("b"), told("c"));
  }

  @Test
  void aBurstIsOneTask() {
    EventStream stream = stream(EnumSet.allOf(Kind.class), null, 100);
    stream.request(100);
    for (int i = 0; i < 50; i++) {
      stream.happened(0, unsubscribed("a"));
    }
    assertThat(tasks).hasSize(1);
    run();
    assertThat(read).hasSize(51);
  }

  @Test
  void whatDoesNotFitIsCountedAndToldWhereItIsMissing() {
    EventStream stream = stream(EnumSet.allOf(Kind.class), null, 2);
    for (String client : List.of("a", "b", "lost", "lost")) {
      stream.happened(0, unsubscribed(client));
    }
    stream.request(2);
    run();
    stream.happened(0, unsubscribed("lost, for the gap is still to be told"));
    stream.request(2);
    run();
    stream.happened(0, unsubscribed("c"));
    stream.request(1);
    run();
    assertThat(read)
        .containsExactly("comment", told("a"), told("b"), "overflow{\"lost\":3}", told("c"));
    assertThat(events.lost()).isEqualTo(3);
  }

  @Test
  void aHeartBeatIsACommentAndNeverMoreThanOneWaits() {
    EventStream stream = stream(EnumSet.allOf(Kind.class), null, 2);
    stream.request(1);
    run();
    stream.beat();
    stream.beat();
    stream.request(10);
    run();
    assertThat(read).containsExactly("comment", "comment");
  }

  @Test
  void onlyWhatTheFilterPasses() {
    EventStream stream = stream(EnumSet.of(Kind.UNSUBSCRIBED), "a", 2);
    assertThat(stream.wants(Kind.UNSUBSCRIBED)).isTrue();
    assertThat(stream.wants(Kind.DROPPED)).isFalse();
    stream.request(10);
    stream.happened(0, unsubscribed("b"));
    stream.happened(0, unsubscribed("a"));
    run();
    assertThat(read).containsExactly("comment", told("a"));
  }

  @Test
  void aReaderThatGoesIsForgotten() {
    EventStream stream = stream(EnumSet.allOf(Kind.class), null, 2);
    stream.request(10);
    stream.cancel();
    stream.cancel();
    stream.end();
    stream.happened(0, unsubscribed("a"));
    run();
    assertThat(read).isEmpty();
    assertThat(ended).isEqualTo(1);
    assertThat(completed).isFalse();
    assertThat(events.lost()).isZero();
  }

  @Test
  void aStreamThatIsEndedCompletes() {
    EventStream stream = stream(EnumSet.allOf(Kind.class), null, 2);
    stream.end();
    stream.end();
    run();
    assertThat(completed).isTrue();
    assertThat(ended).isEqualTo(1);
  }

  /** A client chooses how long the names are that readers have to keep. */
  @Test
  void eventsCountInBytesTogetherWithThoseOfOtherReaders() {
    var small = new BrokerEvents(new Budget(Purpose.EVENTS, 10_000));
    var filter = new EventFilter(EnumSet.allOf(Kind.class), null);
    var messages = new EventMessages(new SseImpl(), new ObjectMapper());
    var one = new EventStream(filter, 100, messages, small, tasks::add, () -> ended++);
    var other = new EventStream(filter, 100, messages, small, tasks::add, () -> ended++);
    one.subscribe(reader);
    other.subscribe(reader);
    one.happened(0, unsubscribed("c".repeat(3_000)));
    other.happened(0, unsubscribed("d".repeat(3_000)));
    assertThat(small.lost()).isEqualTo(1);
    assertThat(small.memory().held()).isBetween(6_000L, 7_000L);
    one.cancel();
    assertThat(small.memory().held()).isZero();
    other.cancel();
  }
}
