package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.Soak;
import io.nanomq.config.Confs;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.MqttConf;
import io.nanomq.config.model.tls.TlsConf;
import io.netty.channel.epoll.Epoll;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sockets that come to one loop while their session lives on the other: they move, and nothing that
 * they carry is lost, doubled or turned around. Loops are given to sockets in turn, so that of two
 * sockets in a row one has to move.
 */
@Timeout(120)
@Tag("slow")
class C09LoopMoveTest {
  private static final int SESSIONS = Soak.times(6);
  private static final int PIPELINED = 20;

  @TempDir static Path folder;
  private static TestCertificates certificates;
  private static TlsPeer peer;

  private static byte[] bytes(Object text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static TestBroker broker(boolean epoll) {
    Assumptions.assumeTrue(!epoll || Epoll.isAvailable(), "no native transport here");
    return TestBroker.start(2, epoll, MqttConf.defaults());
  }

  @BeforeAll
  static void makeCertificates() {
    certificates = new TestCertificates(folder);
    certificates.issue("server", -1, 30);
    peer = TlsPeer.trusting(certificates.trust());
  }

  private static TestBroker broker(boolean epoll, Transport transport) {
    TestBroker broker = broker(epoll);
    if (transport.isSecure()) {
      String key = certificates.key("server").toString();
      String certificate = certificates.certificate("server").toString();
      var tls = new TlsConf(key, certificate, "", "", false, false);
      String path = transport.isWebSocket() ? "/mqtt" : "";
      var listener = Confs.listener("tls", transport, TestBroker.HOST, 0, path, tls);
      broker.broker().listeners().open(listener).toCompletableFuture().join();
    }
    return broker;
  }

  private static RawClient open(TestBroker broker, Transport transport) {
    return switch (transport) {
      case TCP -> broker.raw(4);
      case WS -> broker.rawWebSocket(4);
      case TLS -> new RawClient(secure(broker), 4);
      case WSS -> new RawClient(RawWebSocket.open(secure(broker), "/mqtt"), 4);
    };
  }

  private static SSLSocket secure(TestBroker broker) {
    return peer.open(broker.broker().listeners().port("tls"), null);
  }

  @ParameterizedTest
  @CsvSource({
    "false,TCP",
    "false,WS",
    "false,TLS",
    "false,WSS",
    "true,TCP",
    "true,WS",
    "true,TLS",
    "true,WSS"
  })
  void whatIsPipelinedBehindConnectArrivesOnceAndInOrder(boolean epoll, Transport transport) {
    try (TestBroker broker = broker(epoll, transport);
        RawClient witness = broker.raw(4).connected("witness", true)) {
      witness.subscribe(1, "from/#", 0);
      assertThat(witness.receive().type()).isEqualTo(9);
      for (int i = 0; i < SESSIONS; i++) {
        String id = "mover" + i;
        try (RawClient first = open(broker, transport).connected(id, false)) {
          first.subscribe(1, "to/" + id, 1);
          assertThat(first.receive().type()).isEqualTo(9);
        }
        int loop = broker.broker().sessions().find(id).loop().index();
        for (int socket = 0; socket < 2; socket++) {
          witness.publish("to/" + id, 1, 9, bytes("waiting" + socket));
          assertThat(witness.receive().type()).isEqualTo(4);
          resumeWithPipeline(broker, transport, id, socket);
          assertThatWitnessSawAll(witness, id);
        }
        assertThat(broker.broker().sessions().find(id).loop().index()).isEqualTo(loop);
      }
      broker.awaitConnections(1);
    }
  }

  private static void resumeWithPipeline(
      TestBroker broker, Transport transport, String id, int socket) {
    try (RawClient next = open(broker, transport)) {
      next.hold().connect(id, false, 0);
      for (int i = 1; i <= PIPELINED; i++) {
        next.publish("from/" + id, 1, i, bytes(i));
      }
      next.release();
      next.hold();
      next.publish("from/" + id, 1, PIPELINED + 1, bytes(PIPELINED + 1)).send(0xC0, 0).release();
      RawPacket connack = next.receive();
      assertThat(connack.type()).isEqualTo(2);
      assertThat(connack.at(0)).isEqualTo(1);
      RawPacket waiting = next.receive();
      assertThat(waiting.payload(4)).isEqualTo("waiting" + socket);
      next.acknowledge(4, waiting.publishId());
      // A PINGRESP waits for nothing, as acknowledgements do.
      List<RawPacket> answers = Stream.generate(next::receive).limit(PIPELINED + 2).toList();
      assertThat(answers).filteredOn(each -> each.type() == 13).hasSize(1);
      assertThat(answers)
          .filteredOn(each -> each.type() == 4)
          .map(RawPacket::packetId)
          .isEqualTo(IntStream.rangeClosed(1, PIPELINED + 1).boxed().toList());
    }
  }

  private static void assertThatWitnessSawAll(RawClient witness, String id) {
    for (int i = 1; i <= PIPELINED + 1; i++) {
      RawPacket publish = witness.receive();
      assertThat(publish.topic()).isEqualTo("from/" + id);
      assertThat(publish.payload(4)).isEqualTo(Integer.toString(i));
    }
  }

  @ParameterizedTest
  @CsvSource({"false,WS", "false,TLS", "false,WSS", "true,WS", "true,TLS", "true,WSS"})
  void takenOverWhileMessagesFlowNothingIsLost(boolean epoll, Transport other) throws Exception {
    int rounds = Soak.times(30);
    int perRound = 10;
    try (TestBroker broker = broker(epoll, other);
        RawClient publisher = broker.raw(4).connected("publisher", true)) {
      List<RawClient> sockets = new ArrayList<>();
      RawClient subscriber = broker.raw(4).connected("taken", false);
      sockets.add(subscriber);
      subscriber.subscribe(1, "flow", 1);
      assertThat(subscriber.receive().type()).isEqualTo(9);
      for (int round = 0; round < rounds; round++) {
        publisher.hold();
        for (int i = 0; i < perRound; i++) {
          publisher.publish("flow", 1, 1 + i, bytes(round * perRound + i));
        }
        publisher.release();
        boolean isOther = round % 3 > 0;
        subscriber = open(broker, isOther ? other : Transport.TCP).connected("taken", false);
        sockets.add(subscriber);
        for (int i = 0; i < perRound; i++) {
          RawPacket publish = subscriber.receive();
          assertThat(publish.payload(4)).isEqualTo(Integer.toString(round * perRound + i));
          assertThat(publisher.receive().type()).isEqualTo(4);
        }
        acknowledgeAll(subscriber, broker, round);
      }
      for (RawClient socket : sockets.subList(0, sockets.size() - 1)) {
        assertThat(socket.isClosedByBroker()).isTrue();
      }
      sockets.forEach(RawClient::close);
      broker.awaitConnections(1);
    }
  }

  // All of a round: whoever takes over next must not be sent any of it again.
  private static void acknowledgeAll(RawClient subscriber, TestBroker broker, int round) {
    var client = broker.broker().sessions().client("taken").toCompletableFuture().join().get(0);
    assertThat(client.inflight()).as("round %d", round).isEqualTo(10);
    for (int i = 0; i < 10; i++) {
      subscriber.acknowledge(4, 1 + (round * 10 + i) % 65_535);
    }
    subscriber.send(0xC0, 0);
    assertThat(subscriber.receive().type()).isEqualTo(13);
  }

  @ParameterizedTest
  @CsvSource({
    "false,TCP",
    "false,WS",
    "false,TLS",
    "false,WSS",
    "true,TCP",
    "true,WS",
    "true,TLS",
    "true,WSS"
  })
  void whoIsGoneBeforeTheMoveEndsLeavesNothingBehind(boolean epoll, Transport transport) {
    try (TestBroker broker = broker(epoll, transport)) {
      broker.raw(4).connected("ghost", false).close();
      broker.awaitConnections(0);
      for (int i = 0; i < Soak.times(40); i++) {
        RawClient ghost = open(broker, transport);
        ghost.hold().connect("ghost", false, 0).publish("a", 1, 1, bytes("x")).release();
        if (i % 2 == 0) {
          ghost.reset();
        } else {
          ghost.close();
        }
      }
      broker.awaitConnections(0);
      // Ghosts that are still to be accepted may take over once more; then it is as it was.
      TestBroker.soon().until(() -> comesBack(broker));
      TestBroker.soon().until(() -> comesBack(broker));
      broker.awaitConnections(0);
      assertThat(broker.broker().sessions().size()).isEqualTo(1);
    }
  }

  private static boolean comesBack(TestBroker broker) {
    try (RawClient back = broker.raw(4).connect("ghost", false, 0)) {
      assertThat(back.receive(2).at(0)).as("session present").isEqualTo(1);
      return back.send(0xC0, 0).receive().type() == 13;
    } catch (UncheckedIOException takenOver) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void ofTwoThatTakeOverAtOnceOneStays(boolean epoll, boolean cleanSession) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (TestBroker broker = broker(epoll)) {
      CyclicBarrier barrier = new CyclicBarrier(2);
      for (int round = 0; round < 40; round++) {
        RawClient a = broker.raw(4);
        RawClient b = broker.raw(4);
        Future<?> second = threads.submit(() -> connectAt(barrier, b, cleanSession));
        connectAt(barrier, a, cleanSession);
        second.get(60, TimeUnit.SECONDS);
        broker.awaitConnections(1);
        boolean aLives = answersPing(a);
        assertThat(answersPing(b)).isEqualTo(!aLives);
        assertThat(broker.broker().sessions().size()).isEqualTo(1);
        a.close();
        b.close();
        broker.awaitConnections(0);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Void connectAt(CyclicBarrier barrier, RawClient client, boolean clean)
      throws Exception {
    barrier.await();
    client.connect("twin", clean, 0);
    // Whoever is taken over before its CONNACK is closed without one.
    client.isAccepted();
    return null;
  }

  private static boolean answersPing(RawClient client) {
    try {
      return client.send(0xC0, 0).receive().type() == 13;
    } catch (UncheckedIOException closed) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void aStormOfTakeoversLeavesOneSessionThatWorks(boolean epoll, boolean cleanSession)
      throws Exception {
    int threadCount = 20;
    int perThread = 15;
    List<Transport> transports = List.of(Transport.TCP, Transport.WS, Transport.TLS, Transport.TCP);
    ExecutorService threads = Executors.newFixedThreadPool(threadCount);
    try (TestBroker broker = broker(epoll, Transport.TLS);
        RawClient witness = broker.raw(4).connected("witness", true)) {
      witness.subscribe(1, "storm", 1);
      assertThat(witness.receive().type()).isEqualTo(9);
      AtomicInteger acknowledged = new AtomicInteger();
      List<Future<Void>> all = new ArrayList<>();
      for (int t = 0; t < threadCount; t++) {
        Transport transport = transports.get(t % transports.size());
        all.add(threads.submit(storm(broker, transport, cleanSession, perThread, acknowledged)));
      }
      for (Future<Void> one : all) {
        one.get(60, TimeUnit.SECONDS);
      }
      broker.awaitConnections(1);
      try (RawClient last = broker.raw(4).connected("eye", cleanSession)) {
        last.publish("storm", 1, 1, bytes("last"));
        assertThat(last.receive().type()).isEqualTo(4);
      }
      int seen = 0;
      while (!witness.receive().payload(4).equals("last")) {
        seen++;
      }
      assertThat(seen).isBetween(acknowledged.get(), threadCount * perThread);
      Awaitility.await().until(() -> broker.broker().sessions().size() == (cleanSession ? 1 : 2));
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<Void> storm(
      TestBroker broker,
      Transport transport,
      boolean clean,
      int times,
      AtomicInteger acknowledged) {
    return () -> {
      for (int i = 0; i < times; i++) {
        try (RawClient client = open(broker, transport)) {
          client.hold().connect("eye", clean, 0).publish("storm", 1, 1, bytes(i)).release();
          assertThat(client.receive().type()).isEqualTo(2);
          if (client.receive().type() == 4) {
            acknowledged.incrementAndGet();
          }
        } catch (UncheckedIOException takenOver) {
          // As it goes in a storm: the socket was closed for the next one.
        }
      }
      return null;
    };
  }

  @Test
  void theBrokerStopsInTheMiddleOfMoves() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 6; round++) {
        AtomicInteger connected = new AtomicInteger();
        TestBroker broker = TestBroker.start();
        try (broker) {
          for (int t = 0; t < 8; t++) {
            String id = "stop" + t % 2;
            threads.submit(() -> untilStopped(broker, id, connected));
          }
          Awaitility.await().until(() -> connected.get() > 50);
        }
        assertThat(broker.broker().sessions().connectionCount()).isZero();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void untilStopped(TestBroker broker, String id, AtomicInteger connected) {
    int port = broker.port();
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try (RawClient client = new RawClient(TestBroker.HOST, port, 4).connected(id, false)) {
          connected.incrementAndGet();
          client.send(0xC0, 0);
          assertThat(client.receive().type()).isIn(2, 13);
        } catch (UncheckedIOException takenOverOrStopped) {
          if (takenOverOrStopped.getCause() instanceof java.net.ConnectException) {
            return;
          }
        }
      }
    } catch (IllegalArgumentException noListenerAnyMore) {
      // Stopped.
    }
  }
}
