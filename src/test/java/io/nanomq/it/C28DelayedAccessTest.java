package io.nanomq.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.metrics.AccessReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What holds when a delayed message is due decides, not what held when it was sent. */
@Timeout(120)
class C28DelayedAccessTest {
  private static final int CONNACK = 2;
  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;
  private static final byte[] X = "x".getBytes(UTF_8);
  private static final TokenIssuer EC = TokenIssuer.ec("one");
  private static final Map<String, Object> WIDE = Map.of("pub", List.of("#"));
  private static final Map<String, Object> NARROW = Map.of("pub", List.of("public/#"));

  @TempDir Path folder;
  private final AtomicLong ahead = new AtomicLong();
  private final TestBroker broker = TestBroker.start(ahead::get);
  private RawClient reader;

  @BeforeEach
  void trust() throws Exception {
    reader = broker.raw(5).connected("reader", true);
    reader.subscribe(1, "#", 0).receive(9);
    apply("auth.1.login=bob\nauth.1.password=two\n");
  }

  @AfterEach
  void close() {
    reader.close();
    broker.close();
  }

  private void apply(String users) throws Exception {
    Path file = Files.writeString(folder.resolve("keys"), EC.pem());
    // The reader, who is nobody, stays.
    String text =
        "allow_anonymous=false\nauth.revoked=keep\nauth.jwt.clock_skew=0\nauth.jwt.keyfile=";
    broker.reconfigure(Confs.load(text + file + "\n" + users).conf());
  }

  private static String token(Duration lasts, Map<String, Object> rules) {
    Map<String, Object> claims = TokenIssuer.claims("ann", lasts);
    claims.put("acl", rules);
    return EC.token(claims);
  }

  private RawClient connect(String clientId, String user, String secret) {
    RawClient client = broker.raw(5);
    assertThat(client.connect(clientId, user, secret).receive(CONNACK).at(1)).isZero();
    return client;
  }

  private static void publish(RawClient client, int id, String topic) {
    byte[] ack = client.publish(topic, 1, id, X).receive(PUBACK).body();
    assertThat(ack.length > 2 ? ack[2] : 0).isZero();
  }

  private int loop(String clientId) {
    return broker.broker().sessions().find(clientId).loopIndex();
  }

  /** All messages are due. */
  private void waitForAll() {
    ahead.addAndGet(Duration.ofHours(1).toMillis());
  }

  private long ended() {
    return broker
        .broker()
        .counters()
        .toCompletableFuture()
        .join()
        .denied(AccessReason.IDENTITY_ENDED);
  }

  /** Wherever the client is now: its session may have begun anew on another loop. */
  @Test
  void aNewerTokenDecides() {
    String narrow = token(Duration.ofHours(1), NARROW);
    RawClient before = connect("c", "u", token(Duration.ofHours(1), WIDE));
    int loop = loop("c");
    publish(before, 1, "$delayed/600/secret/a");
    publish(before, 2, "$delayed/600/public/b");
    before.close();
    RawClient after = connect("c", "u", narrow);
    while (loop("c") == loop) {
      after.close();
      after = connect("c", "u", narrow);
    }
    waitForAll();
    assertThat(reader.receive(PUBLISH).topic()).isEqualTo("public/b");
    reader.assertNothingMore();
    assertThat(ended()).isZero();
    after.close();
  }

  @Test
  void whoWouldNotBeLetInAgainDoesNotSpeakAnyMore() throws Exception {
    RawClient bob = connect("bob", "bob", "two");
    publish(bob, 1, "$delayed/600/secret/a");
    RawClient ann = connect("ann", "u", token(Duration.ofHours(1), WIDE));
    publish(ann, 1, "$delayed/600/secret/b");
    bob.close();
    ann.close();
    apply("");
    waitForAll();
    assertThat(reader.receive(PUBLISH).topic()).isEqualTo("secret/b");
    TestBroker.soon().until(() -> ended() == 1);
    reader.assertNothingMore();
  }
}
