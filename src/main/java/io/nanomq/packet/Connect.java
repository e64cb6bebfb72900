package io.nanomq.packet;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT, MQTT 5.0 section 3.1.
 *
 * @param version 3 (MQIsdp), 4 (3.1.1) or 5
 * @param clientId empty where the client leaves the choice to the server
 * @param cleanStart clean start, or clean session before MQTT 5
 * @param keepAliveSeconds 0 = off
 * @param username null where the flag is not set
 * @param password null where the flag is not set
 * @param will null where there is none
 * @param properties those of MQTT 5
 */
public record Connect(
    int version,
    String clientId,
    boolean cleanStart,
    int keepAliveSeconds,
    @Nullable String username,
    byte @Nullable [] password,
    @Nullable Will will,
    ConnectProperties properties)
    implements Packet {

  /** Session Expiry Interval of a session that never expires. */
  public static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

  public Connect withClientId(String assigned) {
    return with(assigned, username, password, will);
  }

  /** With the name that it has shown to be its. */
  public Connect withUsername(@Nullable String proven) {
    return Objects.equals(username, proven) ? this : with(clientId, proven, password, will);
  }

  /** What is kept once the client is let in. */
  public Connect withoutPassword() {
    EnhancedAuth shown = enhanced();
    EnhancedAuth method = shown == null ? null : shown.withoutData();
    boolean isBare = password == null && Objects.equals(shown, method);
    return isBare ? this : with(clientId, username, null, will, properties.with(method));
  }

  /** With what the client shows anew, and nothing else that it is let in by. */
  public Connect withEnhanced(EnhancedAuth shown) {
    return with(clientId, username, null, will, properties.with(shown));
  }

  /** Authentication Method, null = none. */
  public @Nullable String authenticationMethod() {
    EnhancedAuth shown = enhanced();
    return shown == null ? null : shown.method();
  }

  public Connect withWill(Will other) {
    return with(clientId, username, password, other);
  }

  /** What is kept once the will is published or discarded [MQTT-3.1.2-10]. */
  public Connect withoutWill() {
    return will == null ? this : with(clientId, username, password, null);
  }

  private Connect with(
      String id, @Nullable String user, byte @Nullable [] secret, @Nullable Will message) {
    return with(id, user, secret, message, properties);
  }

  private Connect with(
      String id,
      @Nullable String user,
      byte @Nullable [] secret,
      @Nullable Will message,
      ConnectProperties asked) {
    return new Connect(version, id, cleanStart, keepAliveSeconds, user, secret, message, asked);
  }

  /** What its texts and its will cost to keep, in bytes. */
  public int keptBytes() {
    int texts = clientId.length() + length(username) + length(authenticationMethod());
    return 2 * texts + (will == null ? 0 : will.keptBytes());
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /** Whether a packet of so many bytes may be sent to the client. */
  public boolean allows(int bytes) {
    return maximumPacketSize() == 0 || bytes <= maximumPacketSize();
  }

  public long sessionExpirySeconds() {
    return properties.sessionExpirySeconds();
  }

  public int receiveMaximum() {
    return properties.receiveMaximum();
  }

  public int maximumPacketSize() {
    return properties.maximumPacketSize();
  }

  public int topicAliasMaximum() {
    return properties.topicAliasMaximum();
  }

  public boolean requestResponseInformation() {
    return properties.requestResponseInformation();
  }

  public boolean requestProblemInformation() {
    return properties.requestProblemInformation();
  }

  /** Whether the client says that it is the bridge of another broker. */
  public boolean isBridge() {
    return properties.bridge();
  }

  /** How it wants to show who it is, null = by user name and password. */
  public @Nullable EnhancedAuth enhanced() {
    return properties.enhanced();
  }
}
