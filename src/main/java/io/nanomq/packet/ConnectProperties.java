package io.nanomq.packet;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Properties of a CONNECT, MQTT 5.0 section 3.1.2.11, or what holds where there are none.
 *
 * @param sessionExpirySeconds Session Expiry Interval, 0xFFFFFFFF = never; before MQTT 5: 0 with a
 *     clean session, else never
 * @param receiveMaximum 1 to 65,535
 * @param maximumPacketSize bytes; 0 = the client sets none
 * @param topicAliasMaximum highest alias that the client understands, 0 = none
 * @param requestResponseInformation whether CONNACK may carry Response Information
 * @param requestProblemInformation whether Reason Strings and User Properties are welcome
 * @param bridge whether the client says that it is the bridge of another broker
 * @param enhanced how it wants to show who it is, null = by user name and password
 */
public record ConnectProperties(
    long sessionExpirySeconds,
    int receiveMaximum,
    int maximumPacketSize,
    int topicAliasMaximum,
    boolean requestResponseInformation,
    boolean requestProblemInformation,
    boolean bridge,
    @Nullable EnhancedAuth enhanced) {

  /** Those of a CONNECT that names none. */
  public static final ConnectProperties NONE =
      new ConnectProperties(0, 65_535, 0, 0, false, true, false, null);

  /** Those of an older CONNECT that keeps its session. */
  public static final ConnectProperties NEVER_EXPIRES =
      new ConnectProperties(Connect.NEVER_EXPIRES, 65_535, 0, 0, false, true, false, null);

  ConnectProperties with(@Nullable EnhancedAuth other) {
    if (Objects.equals(enhanced, other)) {
      return this;
    }
    return new ConnectProperties(
        sessionExpirySeconds,
        receiveMaximum,
        maximumPacketSize,
        topicAliasMaximum,
        requestResponseInformation,
        requestProblemInformation,
        bridge,
        other);
  }

  /** The same of a client that says that it is the bridge of another broker. */
  public ConnectProperties ofBridge() {
    return new ConnectProperties(
        sessionExpirySeconds,
        receiveMaximum,
        maximumPacketSize,
        topicAliasMaximum,
        requestResponseInformation,
        requestProblemInformation,
        true,
        enhanced);
  }
}
