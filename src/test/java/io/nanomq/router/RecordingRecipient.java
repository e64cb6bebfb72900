package io.nanomq.router;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.metrics.DropReason;
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
  final List<DropReason> drops = new ArrayList<>();
  final List<Throwable> failures = new ArrayList<>();
  final List<Long> numbers = new ArrayList<>();
  boolean online = true;
  boolean durable;
  long storedNumber = 7;
  boolean full;
  int inFlight;
  int maxPacketBytes = Integer.MAX_VALUE;
  @Nullable DropReason refuses;
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
  public boolean isDurable() {
    return durable;
  }

  @Override
  public long storedNumber() {
    return durable ? storedNumber : 0;
  }

  @Override
  public void receivedWithMessage(int packetId) {
    numbers.add((long) -packetId);
  }

  @Override
  public boolean isOnline() {
    return online;
  }

  @Override
  public @Nullable DropReason deliver(
      OutgoingPublish message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      @Nullable SharedGroup group) {
    if (refuses != null) {
      return refuses;
    }
    List<Integer> ids =
        identifiers == null ? List.of() : Arrays.stream(identifiers).boxed().toList();
    String payload = new String(message.message().payload(), StandardCharsets.UTF_8);
    numbers.add(message.number());
    got.add(new Got(message.topic().text(), payload, qos, retain, ids, group));
    onDelivery.run();
    return null;
  }

  @Override
  public void dropped(DropReason reason, OutgoingPublish message) {
    drops.add(reason);
  }

  @Override
  public void failed(Throwable failure) {
    failures.add(failure);
  }

  @Override
  public boolean isFull() {
    return full;
  }

  @Override
  public int inFlight() {
    return inFlight;
  }

  @Override
  public int maxPacketBytes() {
    return maxPacketBytes;
  }

  List<String> payloads() {
    return got.stream().map(Got::payload).toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
