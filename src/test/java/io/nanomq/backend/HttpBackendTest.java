package io.nanomq.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.HttpAuthConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.tls.PemSource;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class HttpBackendTest {
  private static final int PATIENT = 60_000;

  private final Budget budget = new Budget(Purpose.VERDICTS, 1 << 20);
  private final Backends backends = new Backends(budget, new Outgoing(PemSource.DISK, List::of));
  private final WebPeer peer = new WebPeer(WebPeer.says(200));

  @AfterEach
  void close() {
    backends.close();
    peer.close();
    assertThat(budget.held()).isZero();
  }

  private HttpAuthConf conf(int timeoutMillis, int poolSize, int cacheMillis) {
    var none = new HttpAuthConf.Request("", true, Map.of(), Map.of(), TlsConf.NONE);
    var asked =
        new HttpAuthConf.Request(
            peer.url("/auth"), true, Map.of("x-key", "k"), Map.of("u", "%u"), TlsConf.NONE);
    return new HttpAuthConf(
        true, asked, none, none, timeoutMillis, timeoutMillis, poolSize, cacheMillis, false);
  }

  private HttpBackend backend() {
    return backends.find(Backends.Kind.AUTH_REQ);
  }

  private BackendFigures figures() {
    return backends.figures(Backends.Kind.AUTH_REQ);
  }

  private static BackendQuestion question(String user, AtomicBoolean isGone) {
    ClientFacts client = new ClientFacts("c", user, "127.0.0.1", 1, "", "", "");
    return BackendQuestion.login(client, null, user, isGone::get);
  }

  private CompletableFuture<BackendAnswer> later(String user) {
    CompletableFuture<BackendAnswer> answer = new CompletableFuture<>();
    backend()
        .ask(
            question(user, new AtomicBoolean()),
            said -> assertThat(answer.complete(said)).as("exactly one answer").isTrue());
    return answer;
  }

  private BackendAnswer ask(String user) throws Exception {
    return later(user).get(PATIENT, TimeUnit.MILLISECONDS);
  }

  private static ConditionFactory soon() {
    return Awaitility.await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofMillis(PATIENT));
  }

  @ParameterizedTest
  @CsvSource({
    "200, ALLOW",
    "201, DENY",
    "204, DENY",
    "301, DENY",
    "401, DENY",
    "403, DENY",
    "404, DENY",
    "429, AWAY",
    "500, AWAY",
    "503, AWAY"
  })
  void theStatusIsTheAnswer(int status, BackendAnswer answer) throws Exception {
    peer.does(WebPeer.says(status));
    backends.apply(conf(PATIENT, 2, 0), 32);
    assertThat(ask("ann")).isEqualTo(answer);
    assertThat(peer.asked()).containsExactly("POST /auth u=ann");
    assertThat(figures().answers(answer)).isEqualTo(1);
    assertThat(figures().calls()).isEqualTo(1);
    assertThat(figures().outstanding()).isZero();
  }

  @Test
  void whoeverHangsIsAway() throws Exception {
    peer.does(WebPeer.HANGS);
    backends.apply(conf(100, 2, 0), 32);
    assertThat(ask("ann")).isEqualTo(BackendAnswer.AWAY);
    soon().until(() -> figures().outstanding() == 0);
  }

  @Test
  void aConnectionThatBreaksIsTriedOnceMore() throws Exception {
    AtomicBoolean isFirst = new AtomicBoolean(true);
    peer.does(
        (request, body) -> {
          WebPeer.Manner now = isFirst.getAndSet(false) ? WebPeer.RESETS : WebPeer.says(200);
          now.meet(request, body);
        });
    backends.apply(conf(PATIENT, 2, 0), 32);
    assertThat(ask("ann")).isEqualTo(BackendAnswer.ALLOW);
    peer.does(WebPeer.RESETS);
    assertThat(ask("bob")).isEqualTo(BackendAnswer.AWAY);
    assertThat(peer.asked()).hasSize(4);
  }

  /** While it is gone nobody waits for it, and nothing has to be done when it is back. */
  @Test
  void aServerMayDieAndComeBack() throws Exception {
    backends.apply(conf(500, 4, 0), 32);
    assertThat(ask("ann")).isEqualTo(BackendAnswer.ALLOW);
    peer.die();
    for (int i = 0; i < 40; i++) {
      assertThat(ask("gone" + i)).isEqualTo(BackendAnswer.AWAY);
    }
    peer.comeBack();
    soon().until(() -> ask("back") == BackendAnswer.ALLOW);
    assertThat(ask("ann")).isEqualTo(BackendAnswer.ALLOW);
  }

  @Test
  void aServerThatKeepsFailingIsLeftAlone() throws Exception {
    peer.does(WebPeer.says(500));
    backends.apply(conf(PATIENT, 1, 0), 32);
    for (int i = 0; i < 30; i++) {
      assertThat(ask("u" + i)).isEqualTo(BackendAnswer.AWAY);
    }
    assertThat(peer.asked()).hasSize(20);
  }

  @Test
  void noMoreIsOutstandingThanMayBeAndAllAreAnswered() {
    peer.does(peer.saysLater(200, 30));
    backends.apply(conf(PATIENT, 4, 0), 3);
    List<CompletableFuture<BackendAnswer>> all =
        IntStream.range(0, 20).mapToObj(i -> later("u" + i)).toList();
    assertThat(figures().outstanding()).isEqualTo(3);
    assertThat(figures().waiting()).isEqualTo(17);
    assertThat(all).allSatisfy(a -> assertThat(a.get()).isEqualTo(BackendAnswer.ALLOW));
    assertThat(peer.mostOpen()).isEqualTo(3);
    assertThat(figures().waiting()).isZero();
  }

  /** Nobody hears the answer to a client that has gone. */
  @Test
  void whoHasGoneIsNotAskedFor() {
    List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
    peer.does((request, body) -> held.add(request));
    backends.apply(conf(PATIENT, 1, 0), 1);
    List<BackendAnswer> answers = new CopyOnWriteArrayList<>();
    later("first");
    AtomicBoolean isGone = new AtomicBoolean();
    backend().ask(question("gone", isGone), answers::add);
    later("last");
    isGone.set(true);
    soon().until(() -> held.size() == 1);
    peer.does(WebPeer.says(200));
    held.get(0).response().end();
    soon().until(() -> answers.equals(List.of(BackendAnswer.AWAY)));
    soon().until(() -> peer.asked().contains("POST /auth u=last"));
    assertThat(peer.asked()).doesNotContain("POST /auth u=gone");
  }

  @Test
  void aServerThatFloodsIsCutOff() throws Exception {
    peer.does(
        (request, body) -> {
          request.response().setChunked(true);
          request.response().write(Buffer.buffer(new byte[200_000]));
        });
    backends.apply(conf(PATIENT, 1, 0), 1);
    assertThat(ask("ann")).isEqualTo(BackendAnswer.AWAY);
    peer.does(WebPeer.says(200));
    assertThat(ask("bob")).isEqualTo(BackendAnswer.ALLOW);
  }

  @Test
  void anAnswerIsKeptAndWhatIsAwayIsNot() throws Exception {
    backends.apply(conf(PATIENT, 1, PATIENT), 1);
    peer.does(WebPeer.says(503));
    assertThat(ask("ann")).isEqualTo(BackendAnswer.AWAY);
    peer.does(WebPeer.says(200));
    assertThat(ask("ann")).isEqualTo(BackendAnswer.ALLOW);
    peer.does(WebPeer.says(403));
    assertThat(ask("ann")).isEqualTo(BackendAnswer.ALLOW);
    assertThat(ask("bob")).isEqualTo(BackendAnswer.DENY);
    assertThat(peer.asked()).hasSize(3);
    assertThat(figures().cacheHits()).isEqualTo(1);
    assertThat(budget.held()).isPositive();
  }

  @Test
  void aChangeKeepsWhatItDoesNotTouch() {
    backends.apply(conf(PATIENT, 1, 5), 1);
    HttpBackend before = backend();
    backends.apply(conf(PATIENT, 1, 5), 1);
    assertThat(backend()).isSameAs(before);
    peer.does(peer.saysLater(200, 50));
    CompletableFuture<BackendAnswer> asked = later("ann");
    backends.apply(conf(PATIENT, 2, 5), 1);
    assertThat(backend()).isNotSameAs(before);
    assertThat(asked).succeedsWithin(Duration.ofMillis(PATIENT)).isEqualTo(BackendAnswer.ALLOW);
  }

  /** A byte now and then keeps nobody's connection. */
  @Test
  void aServerThatAnswersTooSlowlyIsCutOff() throws Exception {
    AtomicBoolean isClosed = new AtomicBoolean();
    peer.does(
        (request, body) -> {
          request.connection().closeHandler(closed -> isClosed.set(true));
          request.response().setChunked(true);
          peer.every(20, () -> request.response().write("."));
        });
    backends.apply(conf(300, 1, 0), 1);
    assertThat(ask("ann")).isEqualTo(BackendAnswer.AWAY);
    soon().untilTrue(isClosed);
    peer.does(WebPeer.says(200));
    assertThat(ask("bob")).isEqualTo(BackendAnswer.ALLOW);
  }
}
