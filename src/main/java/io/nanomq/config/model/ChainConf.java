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
 */
public record ChainConf(
    List<String> links, Map<String, OfListener> listeners, boolean disconnectRevoked) {

  /** All links, in the order in which they are asked. */
  public static final List<String> LINKS = List.of("users", "http");

  /** All clients are treated alike. */
  public static final ChainConf DEFAULT = new ChainConf(List.of(), Map.of(), true);

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
