package io.nanomq.config.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In which order who may connect is asked for.
 *
 * @param links names of links; empty = all that are configured, in the order of {@link #LINKS}
 * @param listeners what listeners have of their own, by name
 * @param disconnectRevoked whether who may no longer is disconnected at once
 * @param token which tokens let clients in
 * @param certificateUser what of a certificate is the user's name: {@code cn}, {@code san}, {@code
 *     subject}; {@code off} = certificates let nobody in by themselves
 */
public record ChainConf(
    List<String> links,
    Map<String, OfListener> listeners,
    boolean disconnectRevoked,
    TokenConf token,
    String certificateUser) {

  private static final String OFF = "off";

  /** All links, in the order in which they are asked. */
  public static final List<String> LINKS = List.of("certificate", "jwt", "users", "http");

  public boolean takesCertificates() {
    return !certificateUser.equals(OFF);
  }

  /**
   * Of one listener.
   *
   * @param links as above; empty = those of all listeners
   * @param allowAnonymous null = as for all listeners
   */
  public record OfListener(List<String> links, @Nullable Boolean allowAnonymous) {
    public OfListener {
      links = List.copyOf(links);
    }
  }

  /**
   * Which tokens (JWT) let MQTT clients in.
   *
   * @param keyFile public key, certificate or set of keys (JWKS); empty = none
   * @param jwksUrl where a set of keys is; empty = nowhere
   * @param caCertFile whom to trust there; empty = the JDK's authorities
   * @param bearerFile token to show there; empty = none
   * @param refreshMillis how long keys are taken for the newest
   * @param audience who a token has to be for, one of these; empty = for anybody
   * @param issuer who has to have made it; empty = anybody with the key
   * @param clockSkewSeconds how far the clocks of issuer and broker may be apart
   * @param claims names of the claims that say who it is and what it may do
   * @param expected what further claims have to be, with {@code %c} and {@code %u}
   */
  public record TokenConf(
      String keyFile,
      String jwksUrl,
      String caCertFile,
      String bearerFile,
      long refreshMillis,
      List<String> audience,
      String issuer,
      int clockSkewSeconds,
      Claims claims,
      Map<String, String> expected) {

    /** Names of claims. */
    public record Claims(String user, String rules, String superuser) {}

    public TokenConf {
      audience = List.copyOf(audience);
      expected = Map.copyOf(expected);
    }

    public boolean isOn() {
      return !keyFile.isEmpty() || !jwksUrl.isEmpty();
    }
  }

  public ChainConf {
    links = List.copyOf(links);
    listeners = Map.copyOf(listeners);
  }

  /** The section of a listener's name: {@code tcp} of {@code tcp.inner}. */
  public static String section(String listener) {
    int dot = listener.indexOf('.');
    return dot < 0 ? listener : listener.substring(0, dot);
  }
}
