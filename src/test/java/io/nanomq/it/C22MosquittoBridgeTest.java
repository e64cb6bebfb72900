package io.nanomq.it;

import static io.nanomq.it.BridgePeers.awaitConnected;
import static io.nanomq.it.BridgePeers.publish;
import static io.nanomq.it.BridgePeers.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.FreePort;
import io.nanomq.config.Confs;
import io.nanomq.it.BridgePeers.Subscriber;
import io.nanomq.kubernetes.FlakyLink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A bridge to a real Mosquitto, both ways, over a connection that is cut: in CI it has to be there.
 */
@Timeout(120)
class C22MosquittoBridgeTest {
  @TempDir Path folder;

  private TestBroker local;
  private Mosquitto mosquitto;
  private FlakyLink link;
  private int port;

  @BeforeEach
  void start() throws Exception {
    port = FreePort.find();
    String conf =
        "listener "
            + port
            + " 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
            + "persistence false\nmax_inflight_messages 200\n";
    mosquitto = new Mosquitto(folder, port, conf, Map.of());
    link = new FlakyLink(port);
    local = TestBroker.start(Confs.conf("mqtt.max_mqueue_len = 100000").mqtt());
  }

  @AfterEach
  void stop() {
    if (local != null) {
      local.close();
      link.close();
    }
    if (mosquitto != null) {
      mosquitto.close();
    }
  }

  private void open(int version) {
    local.apply(
        before ->
            BridgePeers.with(
                before,
                "bridges.mqtt.b {\n server = \"mqtt-tcp://127.0.0.1:"
                    + link.port()
                    + "\"\n proto_ver = "
                    + version
                    + "\n clientid = b, clean_start = false, backoff_min = 1ms, backoff_max = 0s\n"
                    + " max_send_queue_len = 100000\n"
                    + " forwards = [{ local_topic = \"out/#\", remote_topic = \"from/#\" }]\n"
                    + " subscription = [{ remote_topic = \"in/#\", qos = 2 }]\n}\n"));
    awaitConnected(local, "b");
  }

  private void cutEach(int messages, int done) {
    if (done % messages == 0) {
      try {
        link.endConnections();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 1, 5000", "5, 1, 5000", "4, 2, 1000", "5, 2, 2000"})
  void nothingIsLostEitherWay(int version, int qos, int count) {
    open(version);
    try (RawClient here = local.raw(4).connected("here", true);
        RawClient there = new RawClient(TestBroker.HOST, port, 4).connected("there", true);
        Subscriber remote =
            new Subscriber(new RawClient(TestBroker.HOST, port, 4).connected("s", true), "from/#");
        Subscriber subscriber = new Subscriber(local.raw(4).connected("s", true), "in/#")) {
      List<Integer> all = IntStream.range(0, count).boxed().toList();
      publish(here, "out/a", qos, 0, count, done -> cutEach(500, done));
      remote.awaitNumber(count - 1);
      assertThat(qos == 2 ? remote.numbers() : remote.distinct()).isEqualTo(all);
      TestBroker.soon().until(() -> status(local, "b").inflight() == 0);
      publish(there, "in/a", qos, 0, count, done -> cutEach(500, done));
      subscriber.awaitNumber(count - 1);
      assertThat(qos == 2 ? subscriber.numbers() : subscriber.distinct()).isEqualTo(all);
    }
    assertThat(status(local, "b").counts().reconnects()).isPositive();
    assertThat(status(local, "b").counts().dropped()).isZero();
  }
}
