package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;
import java.util.List;
import java.util.Map;

/**
 * Who may connect and who may do what.
 *
 * @param allowAnonymous whether clients without credentials are let in
 * @param users user name to password or its hash
 * @param noMatchAllows what happens to an operation that no rule matches
 * @param disconnectOnDeny whether a client whose operation was denied is disconnected
 * @param rules access rules, the first that matches decides
 * @param http the web server that is asked
 * @param chain in which order they are asked for, by listener
 */
public record AuthConf(
    boolean allowAnonymous,
    Map<String, String> users,
    boolean noMatchAllows,
    boolean disconnectOnDeny,
    List<AclRuleConf> rules,
    HttpAuthConf http,
    ChainConf chain) {

  public AuthConf {
    users = Map.copyOf(users);
    rules = List.copyOf(rules);
  }

  /** All clients are treated alike. */
  public AuthConf(
      boolean allowAnonymous,
      Map<String, String> users,
      boolean noMatchAllows,
      boolean disconnectOnDeny,
      List<AclRuleConf> rules,
      HttpAuthConf http) {
    this(allowAnonymous, users, noMatchAllows, disconnectOnDeny, rules, http, ChainConf.DEFAULT);
  }

  /** The same with another chain. */
  public AuthConf withChain(ChainConf other) {
    return new AuthConf(allowAnonymous, users, noMatchAllows, disconnectOnDeny, rules, http, other);
  }

  public static AuthConf defaults() {
    return AuthBinder.bind(ConfValues.NONE);
  }

  /** Without the passwords, since records end up in logs. */
  @Override
  public String toString() {
    return "AuthConf[anonymous "
        + allowAnonymous
        + ", users "
        + users.keySet()
        + ", rules "
        + rules.size()
        + "]";
  }
}
