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
 * @param sessionExpirySeconds Session Expiry Interval, 0xFFFFFFFF = never; before MQTT 5: 0 with a
 *     clean session, else never
 * @param receiveMaximum 1 to 65,535
 * @param maximumPacketSize bytes; 0 = the client sets none
 * @param topicAliasMaximum highest alias that the client understands, 0 = none
 * @param requestResponseInformation whether CONNACK may carry Response Information
 * @param requestProblemInformation whether Reason Strings and User Properties are welcome
 * @param enhanced how it wants to show who it is, null = by user name and password
 */
public record Connect(
    int version,
    String clientId,
    boolean cleanStart,
    int keepAliveSeconds,
    @Nullable String username,
    byte @Nullable [] password,
    @Nullable Will will,
    long sessionExpirySeconds,
    int receiveMaximum,
    int maximumPacketSize,
    int topicAliasMaximum,
    boolean requestResponseInformation,
    boolean requestProblemInformation,
    @Nullable EnhancedAuth enhanced)
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
    EnhancedAuth method = enhanced == null ? null : enhanced.withoutData();
    boolean isBare = password == null && Objects.equals(enhanced, method);
    return isBare ? this : with(clientId, username, null, will, method);
  }

  /** With what the client shows anew, and nothing else that it is let in by. */
  public Connect withEnhanced(EnhancedAuth shown) {
    return with(clientId, username, null, will, shown);
  }

  /** Authentication Method, null = none. */
  public @Nullable String authenticationMethod() {
    return enhanced == null ? null : enhanced.method();
  }

  /** What is kept once the will is published or discarded [MQTT-3.1.2-10]. */
  public Connect withoutWill() {
    return will == null ? this : with(clientId, username, password, null);
  }

  private Connect with(
      String id, @Nullable String user, byte @Nullable [] secret, @Nullable Will message) {
    return with(id, user, secret, message, enhanced);
  }

  private Connect with(
      String id,
      @Nullable String user,
      byte @Nullable [] secret,
      @Nullable Will message,
      @Nullable EnhancedAuth method) {
    return new Connect(
        version,
        id,
        cleanStart,
        keepAliveSeconds,
        user,
        secret,
        message,
        sessionExpirySeconds,
        receiveMaximum,
        maximumPacketSize,
        topicAliasMaximum,
        requestResponseInformation,
        requestProblemInformation,
        method);
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
    return maximumPacketSize == 0 || bytes <= maximumPacketSize;
  }
}
