package io.nanomq.config.model;

import java.util.List;
import java.util.Map;

/**
 * Who may publish and subscribe what.
 *
 * @param rules access rules, the first that matches decides
 * @param noMatchAllows what happens to an operation that no rule matches
 * @param disconnectOnDeny whether a client whose operation was denied is disconnected
 * @param listeners what listeners have of their own, by name
 * @param topicsKept topics of which a session remembers what was decided; 0 = none
 * @param keptMillis how long what a web server decided is remembered
 * @param disconnectRevoked whether a client loses its connection along with a subscription that it
 *     may no longer have
 * @param judgesApi whether what the API does on behalf of a client is judged as if that did it
 */
public record AclConf(
    List<AclRuleConf> rules,
    boolean noMatchAllows,
    boolean disconnectOnDeny,
    Map<String, OfListener> listeners,
    int topicsKept,
    long keptMillis,
    boolean disconnectRevoked,
    boolean judgesApi) {

  /** Everybody may do everything. */
  public static final AclConf OPEN =
      new AclConf(List.of(), true, false, Map.of(), 64, 60_000, false, false);

  /**
   * Rules of a listener, in the place of those for all.
   *
   * @param rules as above
   * @param noMatchAllows as above
   */
  public record OfListener(List<AclRuleConf> rules, boolean noMatchAllows) {
    public OfListener {
      rules = List.copyOf(rules);
    }
  }

  public AclConf {
    rules = List.copyOf(rules);
    listeners = Map.copyOf(listeners);
  }
}
