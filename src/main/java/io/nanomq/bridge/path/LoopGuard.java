package io.nanomq.bridge.path;

import io.nanomq.codec.BridgePath;
import io.nanomq.loop.LoopConfined;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps messages from going round over several bridges: each says in MQTT 5 over which brokers it
 * has come, and is given to none of them again. Before MQTT 5 a message cannot say it on its way,
 * but the broker that gets it knows whose bridge brought it, if both are ours.
 */
@LoopConfined
public final class LoopGuard {
  private final String own;
  // configuration
  private boolean saysPath;
  // the other broker, as it said last; null = none of ours, as far as is known
  private @Nullable String other;
  private boolean leadsHere;

  /**
   * @param own what this broker is called among bridges
   */
  public LoopGuard(String own) {
    this.own = own;
  }

  /** Whether messages can say where they come from on this bridge. */
  public void saysPath(boolean now) {
    saysPath = now;
    attach(null);
  }

  public boolean saysPath() {
    return saysPath;
  }

  /** Whether any message may have to be stopped. */
  public boolean isActive() {
    return saysPath || other != null;
  }

  /** A connection begins. */
  public void attach(@Nullable String otherBroker) {
    other = otherBroker;
    leadsHere = own.equals(otherBroker);
  }

  /** Whether what comes is changed by {@link #received}. */
  public boolean marksReceived() {
    return other != null;
  }

  /**
   * Whether a message must not go to the other broker: it comes from there, or has come too far.
   *
   * @param properties those that are passed on
   */
  public boolean stops(byte[] properties) {
    return isActive() && (leadsHere || properties.length > 0 && stops(BridgePath.of(properties)));
  }

  private boolean stops(List<String> path) {
    return path.size() > BridgePath.MAX_BROKERS || other != null && path.contains(other);
  }

  /** Whether a message from the other broker has been here, or has come too far. */
  public boolean hasBeenHere(byte[] properties) {
    List<String> path = BridgePath.of(properties);
    return path.size() > BridgePath.MAX_BROKERS || path.contains(own);
  }

  /** Properties of a message that goes to the other broker. */
  public byte[] sent(byte[] properties) {
    return saysPath ? with(properties, own) : properties;
  }

  /** Properties of a message that has come from the other broker. */
  public byte[] received(byte[] properties) {
    String from = other;
    return from != null ? with(properties, from) : properties;
  }

  private static byte[] with(byte[] properties, String broker) {
    List<String> path = BridgePath.of(properties);
    if (path.contains(broker)) {
      return properties;
    }
    List<String> longer = new ArrayList<>(path);
    longer.add(broker);
    return BridgePath.with(properties, longer);
  }
}
