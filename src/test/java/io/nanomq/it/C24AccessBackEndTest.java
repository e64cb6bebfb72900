package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.backend.Backends;
import io.nanomq.backend.WebPeer;
import io.nanomq.codec.PacketType;
import io.nanomq.config.Confs;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A web server says who may publish and subscribe what, where no rule does. */
@Timeout(120)
class C24AccessBackEndTest {
  private static final byte[] HI = "hi".getBytes(StandardCharsets.UTF_8);
  private static final int NOT_AUTHORIZED = 0x87;

  private final WebPeer peer = new WebPeer(WebPeer.says(200));
  private final TestBroker broker = TestBroker.start();

  @AfterEach
  void close() {
    broker.close();
    peer.close();
  }

  /** NanoMQ's own example in HOCON. */
  private void asks(String more) {
    String text =
        "auth { http_auth { acl_req { url = \""
            + peer.url("/mqtt/acl")
            + "\", method = post\n params = {clientid = \"%c\", username = \"%u\", access = \"%A\","
            + " ipaddr = \"%a\", topic = \"%t\"} } } }\n"
            + more;
    try {
      broker.reconfigure(Confs.load(text).conf());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static int publish(RawClient client, String topic) {
    byte[] body = client.publish(topic, 1, 5, HI).receive(PacketType.PUBACK).body();
    return body.length == 2 ? 0 : body[2] & 0xFF;
  }

  private static int subscribe(RawClient client, String filter) {
    return client.subscribe(7, filter, 0).receive(PacketType.SUBACK).at(3);
  }

  @Test
  void itIsAskedOnceForEachTopicAndForEachSubscribe() {
    asks("");
    try (RawClient client = broker.raw(5).connected("c1", true)) {
      assertThat(publish(client, "a/b")).isIn(0, 0x10);
      assertThat(publish(client, "a/b")).isIn(0, 0x10);
      int noLocal = 4;
      assertThat(client.subscribe(7, "a/#", noLocal).receive(PacketType.SUBACK).at(3)).isZero();
      assertThat(peer.asked())
          .containsExactly(
              "POST /mqtt/acl access=2&clientid=c1&ipaddr=127.0.0.1&topic=a%2Fb&username=",
              "POST /mqtt/acl access=1&clientid=c1&ipaddr=127.0.0.1&topic=a%2F%23&username=");
      peer.does(WebPeer.says(403));
      assertThat(publish(client, "secret")).isEqualTo(NOT_AUTHORIZED);
      assertThat(subscribe(client, "secret")).isEqualTo(NOT_AUTHORIZED);
      assertThat(publish(client, "a/b")).as("remembered").isIn(0, 0x10);
    }
  }

  @Test
  void whatARuleDecidesIsNotAsked() {
    asks("auth.acl.rules = [{permit = deny, topics = [no]}, {permit = allow, topics = [yes]}]\n");
    peer.does(WebPeer.says(500));
    try (RawClient client = broker.raw(5).connected("c", true)) {
      assertThat(publish(client, "no")).isEqualTo(NOT_AUTHORIZED);
      assertThat(publish(client, "yes")).isIn(0, 0x10);
      assertThat(subscribe(client, "yes")).isZero();
      assertThat(peer.asked()).isEmpty();
      assertThat(publish(client, "other"))
          .as("a server that fails denies")
          .isEqualTo(NOT_AUTHORIZED);
    }
  }

  @Test
  void whoWaitsForAnAnswerWaitsAlone() {
    asks("auth.http_auth.timeout = 1s\n");
    peer.does(WebPeer.HANGS);
    try (RawClient waiting = broker.raw(5).connected("waiting", true);
        RawClient other = broker.raw(5).connected("other", true)) {
      waiting.publish("a", 1, 5, HI).subscribe(7, "b", 0);
      TestBroker.soon().until(() -> peer.asked().size() == 1);
      other.send(0xC0, 0);
      other.receive(PacketType.PINGRESP);
      // One after the other, and what is not answered in time is denied.
      assertThat(waiting.receive(PacketType.PUBACK).at(2)).isEqualTo(NOT_AUTHORIZED);
      assertThat(waiting.receive(PacketType.SUBACK).at(3)).isEqualTo(NOT_AUTHORIZED);
    }
  }

  @Test
  void aServerThatIsAwayDeniesUnlessThatIsIgnored() {
    asks("");
    peer.die();
    try (RawClient client = broker.raw(5).connected("c", true)) {
      assertThat(publish(client, "a")).isEqualTo(NOT_AUTHORIZED);
      assertThat(subscribe(client, "a")).isEqualTo(NOT_AUTHORIZED);
      peer.comeBack();
      TestBroker.soon().until(() -> publish(client, "a") != NOT_AUTHORIZED);
      peer.die();
      asks("auth.http_auth.on_error = ignore\n");
      assertThat(publish(client, "b")).isIn(0, 0x10);
      asks("auth { http_auth.on_error = ignore, no_match = deny }\n");
      assertThat(publish(client, "b")).isEqualTo(NOT_AUTHORIZED);
    }
  }

  @Test
  void answersAreForgottenInTime() {
    asks("auth.cache.ttl = 1s\n");
    try (RawClient client = broker.raw(5).connected("c", true)) {
      assertThat(publish(client, "a")).isIn(0, 0x10);
      peer.does(WebPeer.says(403));
      TestBroker.soon().until(() -> publish(client, "a") == NOT_AUTHORIZED);
      assertThat(peer.asked()).hasSize(2);
    }
  }

  /** What it has allowed one user is not another one's. */
  @Test
  void whoTakesASessionOverHasToAskAnew() {
    asks("");
    try (RawClient ann = lasting("ann");
        RawClient writer = broker.raw(5).connected("writer", true)) {
      assertThat(ann.receive(PacketType.CONNACK).at(1)).isZero();
      assertThat(ann.subscribe(1, "a", 0).receive(PacketType.SUBACK).at(2)).isZero();
      try (RawClient again = lasting("ann")) {
        assertThat(again.receive(PacketType.CONNACK).at(0)).isEqualTo(1);
        publish(writer, "a");
        assertThat(again.receive(PacketType.PUBLISH).topic()).isEqualTo("a");
      }
      try (RawClient bob = lasting("bob")) {
        assertThat(bob.receive(PacketType.CONNACK).at(0)).isEqualTo(1);
        assertThat(publish(writer, "a")).as("nobody subscribes").isEqualTo(0x10);
      }
    }
  }

  /** Client c of MQTT 3.1.1 with a session that outlives its connection, as that user. */
  private RawClient lasting(String user) {
    String head = "\0\4MQTT\4\200\0\0\0\1c\0\3";
    return broker.raw(4).packet(0x10, (head + user).getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void aWillIsAskedAboutAtConnectAndWhenItIsPublished() {
    asks("auth.acl.rules = [{permit = allow, action = subscribe}]\n");
    byte[] none = new byte[0];
    try (RawClient reader = broker.raw(5).connected("reader", true)) {
      assertThat(subscribe(reader, "will/#")).isZero();
      peer.does(
          (request, body) -> WebPeer.says(body.contains("bad") ? 403 : 200).meet(request, body));
      try (RawClient client = broker.raw(5)) {
        client.connect("c", true, none, new RawClient.Will("will/bad", "x"));
        assertThat(client.receive(PacketType.CONNACK).at(1)).isEqualTo(NOT_AUTHORIZED);
      }
      try (RawClient client = broker.raw(5)) {
        client.connect("c", true, none, new RawClient.Will("will/good", "x"));
        assertThat(client.receive(PacketType.CONNACK).at(1)).isZero();
        client.reset();
      }
      assertThat(reader.receive(PacketType.PUBLISH).topic()).isEqualTo("will/good");
      assertThat(peer.asked()).hasSize(3);
    }
  }

  /**
   * An answer about one user that comes when another has the session is no answer about that one.
   */
  @Test
  void anAnswerIsAboutWhoAskedForIt() {
    asks("");
    List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
    peer.does((request, body) -> held.add(request));
    try (RawClient ann = lasting("ann")) {
      ann.receive(PacketType.CONNACK);
      ann.publish("secret", 1, 5, HI);
      TestBroker.soon().until(() -> held.size() == 1);
      try (RawClient bob = lasting("bob");
          RawClient other = broker.raw(5).connected("other", true)) {
        assertThat(bob.receive(PacketType.CONNACK).at(1)).isZero();
        peer.does(WebPeer.says(403));
        held.get(0).response().end();
        TestBroker.soon().until(() -> answered() == 1);
        publish(other, "x");
        bob.publish("secret", 1, 6, HI).receive(PacketType.PUBACK);
        assertThat(peer.asked())
            .last()
            .asString()
            .endsWith("access=2&clientid=c&ipaddr=127.0.0.1&topic=secret&username=bob");
      }
    }
  }

  private long answered() {
    return broker.broker().backends().figures(Backends.Kind.ACL_REQ).calls();
  }
}
