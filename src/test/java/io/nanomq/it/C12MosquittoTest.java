package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mosquitto's command line clients, as processes: in CI they have to be there. */
@Timeout(60)
class C12MosquittoTest {
  private static final int SECONDS = 20;

  private final TestBroker broker = TestBroker.start();
  private final List<Process> processes = new ArrayList<>();

  @BeforeAll
  static void findClients() {
    boolean found = isOnPath("mosquitto_pub") && isOnPath("mosquitto_sub");
    if ("true".equals(System.getenv("CI"))) {
      assertThat(found).as("mosquitto_pub and mosquitto_sub are installed in CI").isTrue();
    }
    Assumptions.assumeTrue(found, "mosquitto_pub and mosquitto_sub are not installed");
  }

  private static boolean isOnPath(String command) {
    for (String directory : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(directory, command))) {
        return true;
      }
    }
    return false;
  }

  @AfterEach
  void stop() {
    processes.forEach(Process::destroyForcibly);
    broker.close();
  }

  private Process start(String command, String version, String... arguments) throws IOException {
    List<String> all = new ArrayList<>();
    all.addAll(List.of(command, "-h", TestBroker.HOST, "-p", Integer.toString(broker.port())));
    all.addAll(List.of("-V", version));
    all.addAll(List.of(arguments));
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    process.getOutputStream().close();
    processes.add(process);
    return process;
  }

  /** Starts a subscriber, and waits until it has subscribed. */
  private Process subscribe(String version, String... arguments) throws IOException {
    int before = broker.broker().subscriptionCount();
    Process process = start("mosquitto_sub", version, arguments);
    TestBroker.soon().until(() -> broker.broker().subscriptionCount() == before + 1);
    return process;
  }

  private void publish(String version, String... arguments) throws Exception {
    Process process = start("mosquitto_pub", version, arguments);
    assertThat(output(process)).isEmpty();
    assertThat(process.exitValue()).isZero();
  }

  private static List<String> output(Process process) throws Exception {
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
      return text.lines().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mqttv31,0", "mqttv31,1", "mqttv31,2",
    "mqttv311,0", "mqttv311,1", "mqttv311,2",
    "mqttv5,0", "mqttv5,1", "mqttv5,2"
  })
  void messagesOfOneVersionReachAllVersions(String version, String qos) throws Exception {
    List<Process> subscribers = new ArrayList<>();
    for (String other : List.of("mqttv31", "mqttv311", "mqttv5")) {
      subscribers.add(
          subscribe(other, "-t", "m/+", "-q", qos, "-C", "3", "-W", "20", "-F", "%t %q %p"));
    }
    for (int i = 0; i < 3; i++) {
      publish(version, "-t", "m/" + i, "-q", qos, "-m", "message " + i);
    }
    for (Process subscriber : subscribers) {
      var messages =
          assertThat(output(subscriber))
              .containsExactlyInAnyOrder(
                  "m/0 " + qos + " message 0",
                  "m/1 " + qos + " message 1",
                  "m/2 " + qos + " message 2");
      if (!qos.equals("0")) {
        // Each comes from a client of its own: the one before it was acknowledged.
        messages.isSorted();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv31", "mqttv311", "mqttv5"})
  void retainedMessages(String version) throws Exception {
    publish(version, "-t", "r/1", "-q", "1", "-r", "-m", "first");
    publish(version, "-t", "r/1", "-q", "1", "-r", "-m", "kept");
    publish(version, "-t", "r/2", "-q", "1", "-r", "-m", "cleared");
    publish(version, "-t", "r/2", "-q", "1", "-r", "-n");
    Process late =
        start("mosquitto_sub", version, "-t", "r/#", "-C", "1", "-W", "20", "-F", "%t %r %p");
    assertThat(output(late)).containsExactly("r/1 1 kept");
  }

  @Test
  void rulesAreToldWhereTheVersionCan() throws Exception {
    C21AccessTest.rules(broker, "acl.rules = [{permit = deny, topics = [\"secret/#\"]}]");
    Process reader = subscribe("mqttv5", "-t", "public/#", "-C", "1", "-W", "20", "-F", "%t");
    Process denied = start("mosquitto_pub", "mqttv5", "-q", "1", "-t", "secret/a", "-m", "x");
    assertThat(output(denied)).singleElement().asString().contains("Not authorized");
    publish("mqttv311", "-q", "1", "-t", "secret/a", "-m", "not told");
    publish("mqttv5", "-q", "1", "-t", "public/a", "-m", "x");
    assertThat(output(reader)).containsExactly("public/a");
    for (String version : List.of("mqttv311", "mqttv5")) {
      Process all = start("mosquitto_sub", version, "-t", "#", "-W", "20");
      assertThat(output(all)).as(version).anyMatch(line -> line.contains("denied"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv31", "mqttv311", "mqttv5"})
  void wills(String version) throws Exception {
    Process witness = subscribe(version, "-t", "will", "-q", "1", "-C", "1", "-W", "20");
    String[] arguments = {
      "-t", "other", "--will-topic", "will", "--will-payload", "gone", "--will-qos", "1"
    };
    Process mortal = subscribe(version, arguments);
    mortal.destroyForcibly();
    assertThat(output(witness)).containsExactly("gone");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv31", "mqttv311", "mqttv5"})
  void sharedSubscriptions(String version) throws Exception {
    String[] arguments = {"-t", "$share/group/s", "-q", "1", "-C", "2", "-W", "20"};
    Process one = subscribe(version, arguments);
    Process two = subscribe(version, arguments);
    for (int i = 0; i < 4; i++) {
      publish(version, "-t", "s", "-q", "1", "-m", Integer.toString(i));
    }
    List<String> all = new ArrayList<>(output(one));
    assertThat(all).hasSize(2);
    all.addAll(output(two));
    assertThat(all).containsExactlyInAnyOrder("0", "1", "2", "3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv311", "mqttv5"})
  void sessionsThatStay(String version) throws Exception {
    List<String> session = new ArrayList<>(List.of("-i", "stays", "-c", "-t", "d", "-q", "1"));
    if (version.equals("mqttv5")) {
      session.addAll(List.of("-x", "100"));
    }
    List<String> once = new ArrayList<>(session);
    once.add("-E");
    Process first = start("mosquitto_sub", version, once.toArray(String[]::new));
    assertThat(output(first)).isEmpty();
    broker.awaitConnections(0);
    publish(version, "-t", "d", "-q", "1", "-m", "waited");
    session.addAll(List.of("-C", "1", "-W", "20"));
    Process second = start("mosquitto_sub", version, session.toArray(String[]::new));
    assertThat(output(second)).containsExactly("waited");
  }

  @Test
  void propertiesOfMqtt5() throws Exception {
    Process subscriber =
        subscribe("mqttv5", "-t", "p", "-C", "1", "-W", "20", "-F", "%p|%C|%R|%P|%E");
    String[] properties = {
      "-D",
      "publish",
      "content-type",
      "text/plain",
      "-D",
      "publish",
      "response-topic",
      "answer",
      "-D",
      "publish",
      "user-property",
      "k",
      "v",
      "-D",
      "publish",
      "message-expiry-interval",
      "99"
    };
    List<String> arguments = new ArrayList<>(List.of("-t", "p", "-m", "x"));
    arguments.addAll(List.of(properties));
    publish("mqttv5", arguments.toArray(String[]::new));
    assertThat(output(subscriber)).containsExactly("x|text/plain|answer|k:v|99");
  }
}
