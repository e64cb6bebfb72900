package io.nanomq.router;

import io.nanomq.codec.OutgoingPublish;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A recipient that writes down what it gets. */
class RecordingRecipient extends Recipient {
  /** One delivery. */
  record Got(
      String topic,
      String payload,
      int qos,
      boolean retain,
      List<Integer> identifiers,
      @Nullable SharedGroup group) {}

  private final String name;
  private final int loopIndex;
  final List<Got> got = new ArrayList<>();
  boolean online = true;
  Runnable onDelivery = () -> {};

  RecordingRecipient(String name, int loopIndex) {
    this.name = name;
    this.loopIndex = loopIndex;
  }

  @Override
  public int loopIndex() {
    return loopIndex;
  }

  @Override
  public boolean isOnline() {
    return online;
  }

  @Override
  public void deliver(
      OutgoingPublish message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      @Nullable SharedGroup group) {
    List<Integer> ids =
        identifiers == null ? List.of() : Arrays.stream(identifiers).boxed().toList();
    String payload = new String(message.message().payload(), StandardCharsets.UTF_8);
    got.add(new Got(message.topic().text(), payload, qos, retain, ids, group));
    onDelivery.run();
  }

  List<String> payloads() {
    return got.stream().map(Got::payload).toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
