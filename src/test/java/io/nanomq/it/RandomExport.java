package io.nanomq.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An export as it could be, of as many sessions and retained messages as a test wants. */
final class RandomExport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Random random;
  private final long now;
  private final List<String> lines = new ArrayList<>();

  RandomExport(long seed, long nowMillis) {
    random = new Random(seed);
    now = nowMillis;
  }

  String text(int sessions, int retained) {
    for (int i = 0; i < retained; i++) {
      retained("kept/" + i + "/é\u0001\"");
    }
    for (int i = 0; i < sessions; i++) {
      session("client " + i + " \u00e9");
    }
    return TransferText.whole(lines.toArray(String[]::new));
  }

  private ObjectNode line(String kind) {
    return JSON.createObjectNode().put("kind", kind);
  }

  private void end(ObjectNode node) {
    lines.add(node.toString());
  }

  private long time() {
    return now + (1 + random.nextInt(50)) * TransferText.APART_MILLIS;
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private void message(ObjectNode node, String topic) {
    byte[] payload = new byte[1 + random.nextInt(200)];
    random.nextBytes(payload);
    node.put("topic", topic).put("qos", random.nextInt(3)).put("payload", payload);
    properties(node);
  }

  private void properties(ObjectNode node) {
    if (chance(20)) {
      node.put("payload_format_indicator", random.nextInt(2));
    }
    if (chance(20)) {
      node.put("content_type", chance(50) ? "" : "text/\u00e9\u0001\"");
    }
    if (chance(20)) {
      node.put("response_topic", "answers/" + random.nextInt(9));
    }
    if (chance(20)) {
      node.put("correlation_data", new byte[random.nextInt(5)]);
    }
    if (chance(30)) {
      var pairs = node.putArray("user_properties");
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        pairs.addArray().add(chance(50) ? "same" : "").add(i + "\ud83d\ude00");
      }
    }
  }

  private void retained(String topic) {
    ObjectNode node = line("retained");
    message(node, topic);
    if (chance(30)) {
      node.put("expires_at", time());
    }
    if (chance(50)) {
      node.put("publisher", "who");
    }
    end(node);
  }

  private void session(String clientId) {
    int version = 3 + random.nextInt(3);
    ObjectNode node = line("session").put("clientid", clientId).put("version", version);
    long expires = time() + 50 * TransferText.APART_MILLIS;
    if (chance(50)) {
      node.put("expires_at", expires);
    }
    node.put("keepalive", random.nextInt(100));
    if (chance(30)) {
      node.put("username", "user");
    }
    ObjectNode owner = node.putObject("owner");
    if (chance(50)) {
      owner.put("user", "user" + random.nextInt(3)).put("link", "users").put("listener", "tcp");
    }
    if (chance(30)) {
      var ids = node.putArray("unreleased");
      for (int i = 1; i < 5; i++) {
        ids.add(i * 10);
      }
    }
    if (chance(30)) {
      ObjectNode will = node.putObject("will");
      will.put("topic", "will/x").put("qos", random.nextInt(3));
      if (chance(50)) {
        will.put("retain", true).put("payload", new byte[] {1, 2, 3}).put("expiry", 77);
      }
      properties(will);
      will.put("due_at", time());
    }
    end(node);
    boolean isShared = chance(30);
    if (isShared) {
      end(line("subscription").put("clientid", clientId).put("filter", "$share/g/s").put("qos", 1));
    }
    for (int i = chance(30) ? 3 : 0; i > 0; i--) {
      inFlight(clientId, i);
    }
    for (int i = chance(10) ? 600 : random.nextInt(5); i > 0; i--) {
      ObjectNode queued = line("message").put("clientid", clientId);
      message(queued, "q/" + i);
      if (chance(20)) {
        queued.put("expires_at", time()).put("retain", true).put("publisher", "who");
      }
      ObjectNode to = queued.putObject("delivery").put("qos", 1 + random.nextInt(2));
      if (chance(10)) {
        to.put("retain", true);
      }
      if (chance(20)) {
        to.putArray("identifiers").add(7).add(268_435_455);
      }
      if (isShared && chance(50)) {
        to.put("group", "$share/g/s");
      }
      end(queued);
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      subscription(clientId, i);
    }
  }

  private void inFlight(String clientId, int packetId) {
    ObjectNode sent = line("message").put("clientid", clientId);
    boolean isReceived = chance(40);
    if (!isReceived) {
      message(sent, "sent");
    }
    ObjectNode to = sent.putObject("delivery").put("qos", isReceived ? 2 : 1);
    to.put("packet_id", packetId * 100);
    if (isReceived) {
      to.put("received", true);
    }
    end(sent);
  }

  private void subscription(String clientId, int i) {
    ObjectNode node = line("subscription").put("clientid", clientId).put("filter", "f/+/" + i);
    node.put("qos", random.nextInt(3));
    if (chance(30)) {
      node.put("no_local", true).put("retain_as_published", true);
      node.put("retain_handling", 1 + random.nextInt(2)).put("identifier", 9);
    }
    end(node);
  }
}
